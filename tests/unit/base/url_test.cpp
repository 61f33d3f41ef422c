// Addresses are taken apart by a library, and what browsers would read in ways of their own is no web address.

#include <QTest>

#include "base/text.h"
#include "base/url.h"
#include "test_case.h"

using namespace polyclinic;

class UrlTest : public QObject {
    Q_OBJECT
  private slots:
    void partsMakeTheAddressAgain_data();
    void partsMakeTheAddressAgain();
    void whatBrowsersReadInOtherWaysIsNoWebAddress_data();
    void whatBrowsersReadInOtherWaysIsNoWebAddress();
    void loopbackIsKnownByItsAddress();
    void hostHeadersOfAnAddress();
    void pathsGoBehindABase();
    void queriesAreAddedTo();
    void textIsCutInOneWay();
};

void UrlTest::partsMakeTheAddressAgain_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("origin");
    QTest::addColumn<QString>("path");
    const auto row = [](const char* text, const char* origin, const char* path) { QTest::newRow(text) << text << origin << path; };
    row("https://App.Example.org:444/cb?x=1", "https://app.example.org:444", "/cb");
    row("HTTPS://app.example.org", "https://app.example.org", "");
    row("http://[0:0:0:0:0:0:0:1]:8080/", "http://[::1]:8080", "/");
    row("http://127.0.0.1/a/b", "http://127.0.0.1", "/a/b");
    row("https://app_1.example.org./x", "https://app_1.example.org.", "/x");
    row("https://192.168.1.5.nip.example:81/x", "https://192.168.1.5.nip.example:81", "/x");
    row("https://127.0.0.1x", "https://127.0.0.1x", "");
    row("https://app.example.org:0443/", "https://app.example.org:443", "/");
}

void UrlTest::partsMakeTheAddressAgain() {
    QFETCH(QString, text);
    QFETCH(QString, origin);
    QFETCH(QString, path);
    const auto url = parseWebUrl(text.toStdString());
    QVERIFY(url);
    QCOMPARE(QString::fromStdString(url->origin()), origin);
    QCOMPARE(QString::fromStdString(url->path), path);
    QCOMPARE(QString::fromStdString(urlPath(text.toStdString())), path);
}

void UrlTest::whatBrowsersReadInOtherWaysIsNoWebAddress_data() {
    QTest::addColumn<QString>("text");
    for (const char* text : {"https://[a;sandbox;b]/cb",
                             "https://[v1.a;sandbox;b]/cb",  // an address for RFC 3986
                             "https://[::1;x]/",
                             "https://[fe80::1%25eth0]/",
                             "https://a;sandbox/cb",
                             "https://a,b/cb",
                             "https://a'b/cb",
                             "https://x%41.example/",
                             "https://x%2e.example/",
                             "https://127.1/",
                             "https://2130706433/",
                             "https://1.2.3.4.5/",
                             "http://127.0.0.1%41/",
                             "http://127.0.0.1;x/",
                             "http://u@127.0.0.1.example/",
                             "https://a.0x7f/",
                             "https://a..b/",
                             "https://.example/",
                             "https://user@app.example.org/",
                             "https://app.example.org:/",
                             "https://app.example.org:0/",
                             "https://app.example.org:65536/",
                             "https://app.example.org:99999/",
                             "https://app.example.org/%zz",
                             "https://app.example.org/%4",
                             "https://app.example.org/[x]",
                             "https://app.example.org/#x",
                             "https://app.example.org/a b",
                             "https://m\xc3\xbcnchen.example/",
                             "https:///cb",
                             "https:cb",
                             "ftp://app.example.org/",
                             "//app.example.org/",
                             "app.example.org",
                             ""})
        QTest::newRow(text) << text;
}

void UrlTest::whatBrowsersReadInOtherWaysIsNoWebAddress() {
    QFETCH(QString, text);
    QVERIFY(!parseWebUrl(text.toStdString()));
}

void UrlTest::loopbackIsKnownByItsAddress() {
    for (const char* text : {"http://127.0.0.1:1/", "http://127.9.9.9/", "http://localhost", "http://[::1]/x"})
        QVERIFY2(parseUrl(text)->isLoopback(), text);
    for (const char* text :
         {"http://127.0.0.1.example/", "http://localhost.example/", "http://[::2]/", "http://10.0.0.1/", "http://127.1/"})
        QVERIFY2(!parseUrl(text)->isLoopback(), text);
}

void UrlTest::hostHeadersOfAnAddress() {
    using Texts = std::vector<std::string>;
    QCOMPARE(parseUrl("https://clinic.example/x")->hostHeaders(), (Texts{"clinic.example:443", "clinic.example"}));
    QCOMPARE(parseUrl("http://Clinic.example:80")->hostHeaders(), (Texts{"clinic.example:80", "clinic.example"}));
    QCOMPARE(parseUrl("https://clinic.example:80")->hostHeaders(), (Texts{"clinic.example:80"}));
    QCOMPARE(parseUrl("https://[2001:DB8:0::1]")->hostHeaders(), (Texts{"[2001:db8::1]:443", "[2001:db8::1]"}));
}

void UrlTest::pathsGoBehindABase() {
    for (const char* text : {"https://clinic.example", "http://127.0.0.1:8080", "https://clinic.example:8443/clinics"})
        QVERIFY2(isBaseUrl(text), text);
    for (const char* text : {"https://clinic.example/", "https://clinic.example?", "https://clinic.example?x", "https://clinic.example#",
                             "https://a@clinic.example", "clinic.example", "ftp://clinic.example", "https://"})
        QVERIFY2(!isBaseUrl(text), text);
}

void UrlTest::queriesAreAddedTo() {
    QCOMPARE(withQuery("https://a.example/b", {{"code", "x y"}}), std::string("https://a.example/b?code=x%20y"));
    QCOMPARE(withQuery("https://a.example/b?q=1", {{"code", "x"}}), std::string("https://a.example/b?q=1&code=x"));
    QCOMPARE(withQuery("https://a.example/b?", {{"code", "x"}}), std::string("https://a.example/b?code=x"));
    QCOMPARE(withQuery("com.app:/b", {{"code", "x"}, {"iss", "i"}}), std::string("com.app:/b?code=x&iss=i"));
    QCOMPARE(withQuery("/home?x=1", {{"lang", "es"}}), std::string("/home?x=1&lang=es"));
}

void UrlTest::textIsCutInOneWay() {
    using Views = std::vector<std::string_view>;
    QCOMPARE(trimmed(" \ta b \t"), std::string_view("a b"));
    QCOMPARE(trimmed(" \t"), std::string_view());
    QCOMPARE(split("a,,b", ','), (Views{"a", "", "b"}));
    QCOMPARE(split("", ','), (Views{""}));
    QCOMPARE(split(",", ','), (Views{"", ""}));
    QCOMPARE(splitWords("  a  bc "), (Views{"a", "bc"}));
    QCOMPARE(splitWords(""), Views());
    QCOMPARE(joined(Views{"a", "", "b"}, ", "), std::string("a, , b"));
    QVERIFY(sameIgnoringCase("Bearer", "bEARER") && !sameIgnoringCase("Bearer", "Bearer "));
    QCOMPARE(lowerAscii("\xc3\x84pfel AZ"), std::string("\xc3\x84pfel az"));
}

POLYCLINIC_TEST(UrlTest)
#include "url_test.moc"
