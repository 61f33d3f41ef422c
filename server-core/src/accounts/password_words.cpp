// Words that people choose first when they are asked for a password, and the rows that their fingers run along. Written
// for this program, a few of each language: what makes a password weak is that many think of it.

#include <algorithm>

#include "accounts/password_patterns.h"
#include "accounts/text.h"

namespace polyclinic::accounts {
namespace {

constexpr std::string_view ownWords[] = {
    // English
    "password", "passphrase", "passcode", "welcome", "letmein", "secret", "hello", "login", "admin", "administrator", "master", "test",
    "testing", "changeme", "default", "access", "user", "guest", "iloveyou", "love", "lovely", "sunshine", "princess", "football",
    "baseball", "dragon", "monkey", "shadow", "superman", "batman", "freedom", "whatever", "trustno1", "angel", "jesus", "flower", "summer",
    "winter", "spring", "autumn", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february",
    "march", "april", "june", "july", "august", "september", "october", "november", "december", "family", "doctor", "clinic", "policlinic",
    "polyclinic", "hospital", "patient", "portal", "health", "healthcare", "medical", "medicine", "nurse", "computer", "internet", "mobile",
    "phone", "google", "facebook", "samsung", "apple", "birthday", "goodmorning", "qwerty", "the", "and", "my", "for", "new",
    // Spanish
    "contraseña", "contrasena", "clave", "secreto", "secreta", "bienvenido", "bienvenida", "hola", "usuario", "acceso", "amor", "teamo",
    "tequiero", "miamor", "familia", "amigo", "amigos", "corazon", "estrella", "princesa", "mariposa", "futbol", "barcelona", "realmadrid",
    "españa", "mexico", "verano", "invierno", "primavera", "otoño", "lunes", "martes", "miercoles", "jueves", "viernes", "sabado",
    "domingo", "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
    "medico", "medica", "clinica", "paciente", "salud", "enfermera", "cumpleaños", "buenosdias", "dios", "jesus", "nueva",
    // Arabic
    "كلمة", "السر", "سر", "المرور", "مرور", "كلمةالسر", "كلمةالمرور", "رقم", "الرقم", "السري", "سري", "مرحبا", "اهلا", "السلام", "عليكم",
    "سلام", "حبيبي", "حبيبتي", "احبك", "بحبك", "حب", "قلبي", "الله", "الحمدلله", "بسم", "محمد", "احمد", "علي", "فاطمة", "عائلة", "عائلتي",
    "مستشفى", "عيادة", "طبيب", "دكتور", "صحة", "مريض", "صباح", "الخير", "مساء", "رمضان", "الصيف", "الشتاء", "جديد", "جديدة", "مستخدم",
    // German, Dutch
    "passwort", "kennwort", "geheim", "willkommen", "hallo", "schatz", "liebe", "ichliebedich", "sommer", "frühling", "herbst",
    "krankenhaus", "gesundheit", "arzt", "praxis", "familie", "schalke", "wachtwoord", "welkom", "gezondheid", "ziekenhuis", "lente",
    // French
    "motdepasse", "passe", "bonjour", "bienvenue", "salut", "amour", "jetaime", "soleil", "doudou", "chouchou", "hopital", "clinique",
    "docteur", "sante", "medecin", "famille", "ete", "hiver", "printemps", "automne", "azerty",
    // Portuguese, Italian
    "senha", "segredo", "bemvindo", "olá", "saude", "hospital", "verao", "inverno", "benvenuto", "ciao", "amore", "tiamo", "segreto",
    "parola", "salute", "ospedale", "medico", "famiglia", "estate", "juventus", "flamengo", "benfica",
    // Russian, Ukrainian
    "пароль", "привет", "секрет", "люблю", "любовь", "солнце", "россия", "москва", "здоровье", "больница", "клиника", "доктор", "врач",
    "семья", "лето", "зима", "весна", "осень", "марина", "наташа", "добро", "пожаловать", "спартак", "зенит", "привіт", "україна",
    "кохання",
    // Greek, Hebrew
    "κωδικός", "κωδικος", "καλημέρα", "καλησπέρα", "μυστικό", "αγάπη", "σαγαπώ", "υγεία", "νοσοκομείο", "γιατρός", "ιατρός", "ελλάδα",
    "καλοκαίρι", "ολυμπιακός", "παναθηναϊκός", "סיסמה", "סיסמא", "שלום", "סוד", "סודי", "אהבה", "אוהב", "אוהבת", "ישראל", "ירושלים",
    "בריאות", "רופא", "מרפאה", "ביתחולים", "משפחה", "ברוך", "הבא", "בוקר", "טוב", "קיץ", "חורף",
    // Turkish, Polish, Romanian, Persian, Hindi
    "şifre", "sifre", "merhaba", "gizli", "sağlık", "hastane", "seniseviyorum", "aşkım", "galatasaray", "fenerbahce", "hasło", "haslo",
    "witaj", "zdrowie", "szpital", "kocham", "polska", "parola", "salut", "sanatate", "spital", "رمز", "رمزعبور", "عبور", "गुप्त", "पासवर्ड",
    "नमस्ते", "भारत",
    // Chinese, Japanese, Korean
    "密码", "密碼", "你好", "我爱你", "医院", "中国", "woaini", "mima", "パスワード", "ひみつ", "こんにちは", "ありがとう", "비밀번호",
    "사랑해", "안녕하세요", "대한민국"};

constexpr std::string_view rows[] = {"1234567890",   "qwertzuiopü", "asdfghjklöä",  "asdfghjklñ", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
                                     "йцукенгшщзхї", "фівапролджє", "ضصثقفغعهخحجچ", "شسیبلاتنمکگ"};

/// Three rows of a keyboard, the keys below one another at the same place.
constexpr std::string_view layouts[][3] = {{"qwertyuiop", "asdfghjkl", "zxcvbnm"},
                                           {"azertyuiop", "qsdfghjklm", "wxcvbn"},
                                           {"qwertzuiop", "asdfghjkl", "yxcvbnm"},
                                           {"qwertyuıopğü", "asdfghjklşi", "zxcvbnmöç"},
                                           {"pyfgcrl", "aoeuidhtns", "qjkxbmwvz"},
                                           {"йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"},
                                           {"явертъуиопшщ", "асдфгхйкл", "зьцжбнм"},
                                           {"ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤرلاىةوزظ"},
                                           {"ضصثقفغعهخحجچ", "شسیبلاتنمکگ", "ظطزرذدپو"},
                                           {"ςερτυθιοπ", "ασδφγηξκλ", "ζχψωβνμ"},
                                           {"קראטוןםפ", "שדגכעיחלךף", "זסבהנמצתץ"},
                                           {"ქწერტყუიოპ", "ასდფგჰჯკლ", "ზხცვბნმ"},
                                           {"ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ", "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ", "ㅋㅌㅊㅍㅠㅜㅡ"},
                                           {"たていすかんなにらせ", "ちとしはきくまのりれけむ", "つさそひこみもねるめろ"},
                                           {"ๆไำพะรัีนยบล", "ฟหกดเ้่าสวง", "ผปแอิืทมใฝ"}};

std::vector<std::string> charactersOf(std::string_view text) {
    std::vector<std::string> characters;
    for (const char c : text) {
        if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) characters.emplace_back();
        characters.back() += c;
    }
    return characters;
}

/// Rows, and the columns one after the other: downwards, upwards, and from the row of digits down.
void addLayout(std::vector<std::u32string>& all, const std::string_view (&layout)[3]) {
    std::vector<std::vector<std::string>> keys;
    for (const auto row : layout) {
        all.push_back(plainForm(nfkc(row).value_or(std::string())));
        keys.push_back(charactersOf(row));
    }
    std::string down, up, fromDigits;
    for (std::size_t i = 0; i < std::min({keys[0].size(), keys[1].size(), keys[2].size()}); ++i) {
        down += keys[0][i] + keys[1][i] + keys[2][i];
        up += keys[2][i] + keys[1][i] + keys[0][i];
        fromDigits += std::to_string((i + 1) % 10) + keys[0][i] + keys[1][i] + keys[2][i];
    }
    for (const auto& columns : {down, up, fromDigits}) all.push_back(plainForm(nfkc(columns).value_or(std::string())));
}

std::vector<std::u32string> plain(std::span<const std::string_view> texts) {
    std::vector<std::u32string> all;
    for (const auto text : texts) all.push_back(plainForm(text));
    return all;
}

}  // namespace

std::span<const std::u32string> commonWords() {
    static const auto all = plain(ownWords);
    return all;
}

std::span<const std::u32string> keyboardRows() {
    static const auto all = [] {
        auto made = plain(rows);
        for (const auto& layout : layouts) addLayout(made, layout);
        return made;
    }();
    return all;
}

}  // namespace polyclinic::accounts
