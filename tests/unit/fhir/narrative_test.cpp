#include <QTest>

#include "cpu_timer.h"
#include "fhir/validation/narrative.h"
#include "test_case.h"

using polyclinic::fhir::narrativeFault;

class NarrativeTest : public QObject {
    Q_OBJECT
  private slots:
    void accepts_data();
    void accepts();
    void refuses_data();
    void refuses();
    void wholeDivs();
    void longTextsStayLinear();
};

namespace {
const std::string opening = R"(<div xmlns="http://www.w3.org/1999/xhtml">)";

std::string_view faultInside(const QByteArray& inside) {
    static std::string text;
    text = opening + inside.toStdString() + "</div>";
    return narrativeFault(text);
}
}  // namespace

void NarrativeTest::accepts_data() {
    QTest::addColumn<QByteArray>("inside");
    for (const char* inside :
         {"a", "<p>a</p>", "<br/>", "a<br />b", "<img src='a.png' alt=\"x\"/>", "<img src=\"data:image/png;base64,AA==\"/>",
          "<!-- a - b -->a", "&amp;&lt;&#160;&#xA0;&nbsp;", "<a href=\"http://a/b?c=d&amp;e=f\">x</a>", "<a href=\"#x\">x</a>",
          "<table><tbody><tr><td colspan=\"2\">a</td></tr></tbody></table>", "<p\n class = 'a'\tid='b'\n>a</p\n>",
          "<p style=\"color: red\">a &gt; b > c</p>", "<a name='x'></a>", "<span xml:lang='de' lang='de'>a</span>",
          "<a href=\"a/javascript:b\">x</a>"}) {
        QTest::newRow(QByteArray(inside).simplified().constData()) << QByteArray(inside);
    }
}

void NarrativeTest::accepts() {
    QFETCH(QByteArray, inside);
    const auto fault = faultInside(inside + " end");
    QVERIFY2(fault.empty(), std::string(fault).c_str());
}

void NarrativeTest::refuses_data() {
    QTest::addColumn<QByteArray>("inside");
    for (const char* inside : {"<script>x</script>",
                               "<SCRIPT>x</SCRIPT>",
                               "<iframe src='a'></iframe>",
                               "<object/>",
                               "<form/>",
                               "<input/>",
                               "<svg/>",
                               "<style>a</style>",
                               "<link href='a'/>",
                               "<base href='a'/>",
                               "<math/>",
                               "<x:p>a</x:p>",
                               "<p onclick=\"x()\">a</p>",
                               "<img src='a' onerror='x'/>",
                               "<p ONCLICK='x'>a</p>",
                               "<p a:href='x'>a</p>",
                               "<a xlink:href='a'>x</a>",
                               "<a href=\"javascript:alert(1)\">a</a>",
                               "<a href=\"JavaScript:alert(1)\">a</a>",
                               "<a href=\" java\nscript:x\">a</a>",
                               "<a href=\"&#106;avascript:x\">a</a>",
                               "<a href=\"java&#x0A;script:x\">a</a>",
                               "<a href=\"javascript&colon;x\">a</a>",
                               "<a href=\"java&Tab;script:x\">a</a>",
                               "<a href=\"vbscript:x\">a</a>",
                               "<a href=\"data:text/html,x\">a</a>",
                               "<img src=\"data:text/html,x\"/>",
                               "<img src='javascript:x'/>",
                               "<a href=\"data:image/png;base64,AA\">a</a>",
                               "<p>a",
                               "a</p>",
                               "<p><b>a</p></b>",
                               "<p>a</P>",
                               "<p a>b</p>",
                               "<p class=a>b</p>",
                               "<p class='a>b</p>",
                               "<p class='a' class='b'>c</p>",
                               "<p class='a'id='b'>c</p>",
                               "<p class='a<b'>c</p>",
                               "<p",
                               "< p>a</p>",
                               "a < b",
                               "a & b",
                               "&;",
                               "&#;",
                               "&#x;",
                               "&#xD800;",
                               "&#0;",
                               "&#x110000;",
                               "&#99999999999999999999;",
                               "&amp",
                               "&a-b;",
                               "<!-- a",
                               "<!-- a -- b -->",
                               "<!-->a-->",
                               "<!--->a-->",
                               "<![CDATA[a]]>",
                               "<?php x ?>",
                               "<?xml version='1.0'?>",
                               "<!DOCTYPE d>",
                               "<!ENTITY a 'b'>",
                               "a\x01",
                               "<p>a</p",
                               "<p/ >",
                               "</div><div>"}) {
        QTest::newRow(QByteArray(inside).simplified().constData()) << QByteArray(inside);
    }
}

void NarrativeTest::refuses() {
    QFETCH(QByteArray, inside);
    QVERIFY(!faultInside("start " + inside).empty());
}

void NarrativeTest::wholeDivs() {
    QVERIFY(narrativeFault(" " + opening + "a</div>\n").empty());
    QVERIFY(narrativeFault(opening + "\n</div>").empty());
    QVERIFY(narrativeFault(opening + "<img src='a.png'/></div>").empty());
    for (const std::string& text :
         {std::string(), std::string("a"), opening, opening + "</div>", opening + "<p/></div>", opening + "<!-- a --></div>",
          std::string("<div>no namespace</div>"), std::string("<div xmlns=\"http://www.w3.org/2000/svg\">a</div>"),
          std::string("<p xmlns=\"http://www.w3.org/1999/xhtml\">a</p>"), opening + "a</div>b", opening + "a</div>" + opening + "b</div>",
          "<!DOCTYPE d [<!ENTITY a \"b\">]>" + opening + "&a;</div>", "<?xml version=\"1.0\"?>" + opening + "a</div>",
          std::string("<div xmlns=\"http://www.w3.org/1999/xhtml\"/>"),
          std::string("<divx xmlns=\"http://www.w3.org/1999/xhtml\">a</divx>"),
          opening + "<p xmlns=\"http://www.w3.org/2000/svg\">a</p></div>"}) {
        QVERIFY2(!narrativeFault(text).empty(), text.c_str());
    }
}

void NarrativeTest::longTextsStayLinear() {
    polyclinic::test::CpuTimer timer;
    for (const char* part : {"<p>", "<!---", "&", "<p class='", "<", "&#1", "<p a", "&amp;", "<b/>"}) {
        std::string text = opening;
        while (text.size() < 4 * 1024 * 1024) text += part;
        narrativeFault(text);
    }
    QVERIFY(timer.elapsed() < 20'000);  // not linear, they take hours
}

POLYCLINIC_TEST(NarrativeTest)
#include "narrative_test.moc"
