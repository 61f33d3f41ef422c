// Requests of a list (one JSON object a line, gzip) as inputs of the targets: node hostile.js LIST FOLDER
'use strict';
const fs = require('fs');
const path = require('path');
const zlib = require('zlib');

const [list, folder] = process.argv.slice(2);
const put = (target, name, bytes) => {
    fs.mkdirSync(path.join(folder, target), { recursive: true });
    fs.writeFileSync(path.join(folder, target, name), bytes);
};

for (const line of zlib.gunzipSync(fs.readFileSync(list)).toString().split('\n').filter(Boolean)) {
    const request = JSON.parse(line);
    const body = request.bodyBase64 ? Buffer.from(request.bodyBase64, 'base64') : Buffer.from(request.body || '');
    if (body.length > 0 && body.length < 32768) put('json', request.id, body);
    if ((request.path || '').includes('?')) put('search', request.id, request.path);
    const headers = Object.entries(request.headers || {}).map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const head = `#${request.method} /${request.path} HTTP/1.1\r\nHost: h\r\n${headers}Content-Length: ${body.length}\r\n\r\n`;
    if (head.length + body.length < 8192) put('framing', request.id, Buffer.concat([Buffer.from(head), body]));
}
