#include "fhir/validation/narrative.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace polyclinic::fhir {
namespace {

constexpr auto elements = std::to_array<std::string_view>(
    {"a",        "abbr",  "acronym", "address", "area",  "b",  "bdo",   "big", "blockquote", "br",   "caption", "cite", "code",   "col",
     "colgroup", "dd",    "dfn",     "div",     "dl",    "dt", "em",    "h1",  "h2",         "h3",   "h4",      "h5",   "h6",     "hr",
     "i",        "img",   "kbd",     "li",      "map",   "ol", "p",     "pre", "q",          "samp", "small",   "span", "strong", "sub",
     "sup",      "table", "tbody",   "td",      "tfoot", "th", "thead", "tr",  "tt",         "ul",   "var"});
constexpr auto attributes = std::to_array<std::string_view>(
    {"abbr",    "accesskey", "align", "alt",      "axis",     "bgcolor",   "border",  "cellpadding", "cellspacing", "char",    "charoff",
     "charset", "cite",      "class", "colspan",  "coords",   "dir",       "frame",   "headers",     "height",      "href",    "hreflang",
     "id",      "idref",     "lang",  "longdesc", "name",     "nohref",    "nowrap",  "rel",         "rev",         "rowspan", "rules",
     "scope",   "shape",     "span",  "src",      "start",    "style",     "summary", "tabindex",    "target",      "title",   "type",
     "usemap",  "valign",    "value", "width",    "xml:lang", "xml:space", "xmlns"});
static_assert(std::ranges::is_sorted(elements) && std::ranges::is_sorted(attributes));

constexpr std::string_view xhtmlNamespace = "http://www.w3.org/1999/xhtml";

constexpr std::string_view notWellFormed = "The narrative is not well-formed XHTML.";
constexpr std::string_view notAllowedMarkup = "The narrative holds markup that is neither an element nor a comment.";
constexpr std::string_view notADiv = "The narrative must be one div element of the namespace http://www.w3.org/1999/xhtml.";
constexpr std::string_view badElement = "The narrative holds an element that FHIR does not allow (txt-1).";
constexpr std::string_view badAttribute = "The narrative holds an attribute that FHIR does not allow (txt-1).";
constexpr std::string_view badLink = "The narrative holds a link that runs a script.";
constexpr std::string_view noContent = "The narrative has no content (txt-2).";

bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool isAsciiDigit(char c) { return c >= '0' && c <= '9'; }
bool isNameCharacter(char c) { return isLetter(c) || isAsciiDigit(c) || c == '-' || c == '_' || c == ':' || c == '.'; }

/// What a browser would take for the scheme, lower case: it skips control characters and blanks, and so do
/// we.
std::string schemeOf(std::string_view link) {
    std::string scheme;
    for (const char c : link) {
        if (c == ':') return scheme;
        if (c == '/' || c == '?' || c == '#') break;
        if (static_cast<unsigned char>(c) > 0x20) scheme += isLetter(c) ? static_cast<char>(c | 0x20) : c;
    }
    return {};
}

class Scanner {
  public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    std::string_view fault() {
        skipSpace();
        if (!rest_.starts_with("<div")) return notADiv;
        while (fault_.empty()) {
            markup();
            if (!fault_.empty() || open_.empty()) break;
            characters();
        }
        if (!fault_.empty()) return fault_;
        skipSpace();
        if (!rest_.empty()) return notADiv;
        return hasContent_ ? std::string_view() : noContent;
    }

  private:
    void fail(std::string_view fault) {
        if (fault_.empty()) fault_ = fault;
    }

    void skipSpace() {
        while (!rest_.empty() && isSpace(rest_.front())) rest_.remove_prefix(1);
    }

    bool take(std::string_view prefix) {
        if (!rest_.starts_with(prefix)) return false;
        rest_.remove_prefix(prefix.size());
        return true;
    }

    std::string_view name() {
        if (rest_.empty() || !isLetter(rest_.front())) {
            fail(notWellFormed);
            return {};
        }
        const auto length = std::ranges::find_if_not(rest_, isNameCharacter) - rest_.begin();
        const auto found = rest_.substr(0, static_cast<std::size_t>(length));
        rest_.remove_prefix(found.size());
        return found;
    }

    /// At a '<'.
    void markup() {
        if (take("</")) return endTag();
        if (take("<!--")) return comment();
        if (rest_.starts_with("<!") || rest_.starts_with("<?")) return fail(notAllowedMarkup);
        rest_.remove_prefix(1);
        startTag();
    }

    void comment() {
        // <!--> and <!---> end there for an HTML parser, not for XML.
        if (rest_.starts_with('>') || rest_.starts_with("->")) return fail(notWellFormed);
        const auto end = rest_.find("--");
        if (end == rest_.npos || rest_.substr(end + 2, 1) != ">") return fail(notWellFormed);
        rest_.remove_prefix(end + 3);
    }

    void endTag() {
        const auto tag = name();
        skipSpace();
        if (!take(">") || open_.empty() || open_.back() != tag) return fail(notWellFormed);
        open_.pop_back();
    }

    void startTag() {
        const auto tag = name();
        if (!fault_.empty()) return;
        if (!std::ranges::binary_search(elements, tag)) return fail(badElement);
        seen_.clear();
        hasNamespace_ = false;
        while (fault_.empty()) {
            const auto before = rest_.size();
            skipSpace();
            if (rest_.starts_with('>') || rest_.starts_with('/')) break;
            if (rest_.size() == before) fail(notWellFormed);
            attribute();
        }
        if (!fault_.empty()) return;
        if (open_.empty() && (tag != "div" || !hasNamespace_)) return fail(notADiv);
        if (tag == "img") hasContent_ = true;
        if (take("/>")) return;
        if (!take(">")) return fail(notWellFormed);
        open_.push_back(tag);
    }

    void attribute() {
        const auto key = name();
        if (!fault_.empty()) return;
        skipSpace();
        if (!take("=")) return fail(notWellFormed);
        skipSpace();
        const char quote = rest_.empty() ? '\0' : rest_.front();
        if (quote != '"' && quote != '\'') return fail(notWellFormed);
        rest_.remove_prefix(1);
        const auto end = rest_.find(quote);
        if (end == rest_.npos) return fail(notWellFormed);
        std::string_view raw = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);

        if (!std::ranges::binary_search(attributes, key)) return fail(badAttribute);
        // At most as many as there are allowed attributes, so this stays linear.
        if (std::ranges::find(seen_, key) != seen_.end()) return fail(notWellFormed);
        seen_.push_back(key);
        std::string value;
        while (!raw.empty() && fault_.empty()) {
            if (raw.front() == '<') return fail(notWellFormed);
            if (raw.front() == '&') {
                entity(raw, value);
            } else {
                value += raw.front();
                raw.remove_prefix(1);
            }
        }
        if (key == "xmlns") {
            hasNamespace_ = value == xhtmlNamespace;
            if (!hasNamespace_) fail(notADiv);
        }
        if (key == "href" || key == "src" || key == "cite" || key == "longdesc" || key == "usemap") checkLink(key, value);
    }

    void checkLink(std::string_view key, std::string_view value) {
        const std::string scheme = schemeOf(value);
        if (scheme == "javascript" || scheme == "vbscript") return fail(badLink);
        if (scheme != "data") return;
        const auto kind = value.substr(value.find(':') + 1);
        const auto start = std::min(kind.find_first_not_of(" \t\r\n"), kind.size());
        if (key != "src" || kind.compare(start, 6, "image/") != 0) fail(badLink);
    }

    /// At a '&' of `text`: takes the entity off and appends what it stands for, a question mark for a named
    /// one.
    void entity(std::string_view& text, std::string& out) {
        const auto end = text.substr(0, 40).find(';');
        if (end == text.npos || end < 2) return fail(notWellFormed);
        std::string_view body = text.substr(1, end - 1);
        text.remove_prefix(end + 1);
        if (body.front() != '#') {
            if (!isLetter(body.front()) || !std::ranges::all_of(body, [](char c) { return isLetter(c) || isAsciiDigit(c); })) {
                return fail(notWellFormed);
            }
            // HTML5 knows names for the characters that build a scheme; none of them has a place in a link.
            if (body == "colon")
                out += ':';
            else if (body != "Tab" && body != "NewLine")
                out += '?';
            return;
        }
        body.remove_prefix(1);
        const bool hex = body.starts_with('x');
        if (hex) body.remove_prefix(1);
        unsigned code = 0;
        for (const char c : body) {
            const char lower = static_cast<char>(c | 0x20);
            if (isAsciiDigit(c))
                code = code * (hex ? 16 : 10) + static_cast<unsigned>(c - '0');
            else if (hex && lower >= 'a' && lower <= 'f')
                code = code * 16 + static_cast<unsigned>(lower - 'a' + 10);
            else
                return fail(notWellFormed);
            if (code > 0x10ffff) return fail(notWellFormed);
        }
        const bool control = code < 0x20 && code != '\t' && code != '\n' && code != '\r';
        if (body.empty() || control || (code >= 0xd800 && code < 0xe000) || code == 0xfffe || code == 0xffff) {
            return fail(notWellFormed);
        }
        out += code < 0x80 ? static_cast<char>(code) : '?';
    }

    /// Up to the next '<'.
    void characters() {
        const auto end = rest_.find('<');
        if (end == rest_.npos) return fail(notWellFormed);
        std::string_view text = rest_.substr(0, end);
        rest_.remove_prefix(end);
        // txt-2 asks for more than white space, but HL7's own examples hold such narratives.
        if (!text.empty()) hasContent_ = true;
        std::string decoded;
        while (!text.empty() && fault_.empty()) {
            if (text.front() == '&') {
                entity(text, decoded);
                continue;
            }
            const auto c = text.front();
            if (static_cast<unsigned char>(c) < 0x20 && !isSpace(c)) return fail(notWellFormed);
            text.remove_prefix(1);
        }
    }

    std::string_view rest_;
    std::string_view fault_;
    std::vector<std::string_view> open_;
    std::vector<std::string_view> seen_;  // attributes of the tag at hand
    bool hasNamespace_ = false;
    bool hasContent_ = false;
};

}  // namespace

std::string_view narrativeFault(std::string_view div) { return Scanner(div).fault(); }

}  // namespace polyclinic::fhir
