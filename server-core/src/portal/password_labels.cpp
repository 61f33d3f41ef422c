#include "portal/password_labels.h"

namespace polyclinic::portal {
namespace {

const char* keyOf(accounts::Weakness weakness) {
    using accounts::Weakness;
    switch (weakness) {
        case Weakness::tooShort:
            return "password_short";
        case Weakness::tooLong:
            return "password_long";
        case Weakness::named:
            return "password_named";
        case Weakness::personal:
            return "password_personal";
        case Weakness::notText:
            return "password_not_text";
        case Weakness::guessable:
            break;
    }
    return "password_weak";
}

}  // namespace

std::string passwordProblem(const pages::Translations& translations, accounts::Weakness weakness) {
    return translations.text("password_unfit", {{"reason", translations.text(keyOf(weakness))}});
}

}  // namespace polyclinic::portal
