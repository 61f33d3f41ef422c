// An authority of a test's own and a certificate of 127.0.0.1 by it, made by openssl.

import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trust } from "./ask.js";

/// {key, cert}: for servers of Node.js. serve: for `polyclinicd serve`. spki: the hash by which Chromium is told to
/// accept it. remove(). This process trusts the authority from here on.
export function makeCertificates() {
    const folder = mkdtempSync(join(tmpdir(), "polyclinic-ca-"));
    chmodSync(folder, 0o755); // started as root, the server becomes another account, which has to read it
    const file = (name) => join(folder, name);
    const openssl = (words, input) => execFileSync("openssl", words, { input, stdio: ["pipe", "pipe", "ignore"] });
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"];
    openssl(["req", "-x509", ...key, "-keyout", file("ca.key"), "-out", file("ca.pem"), "-days", "2", "-subj", "/CN=Test authority"]);
    openssl(["req", ...key, "-keyout", file("server.key"), "-out", file("server.csr"), "-subj", "/CN=127.0.0.1"]);
    writeFileSync(file("names"), "subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth\n");
    openssl(["x509", "-req", "-in", file("server.csr"), "-CA", file("ca.pem"), "-CAkey", file("ca.key"), "-days", "2", "-extfile", file("names"), "-out", file("server.pem")]);
    chmodSync(file("server.key"), 0o644);
    trust(readFileSync(file("ca.pem")));
    const publicKey = openssl(["pkey", "-pubin", "-outform", "der"], openssl(["x509", "-in", file("server.pem"), "-pubkey", "-noout"]));
    return {
        key: readFileSync(file("server.key")), cert: readFileSync(file("server.pem")),
        serve: ["--tls-cert", file("server.pem"), "--tls-key", file("server.key")],
        spki: openssl(["dgst", "-sha256", "-binary"], publicKey).toString("base64"),
        remove: () => rmSync(folder, { recursive: true, force: true }),
    };
}
