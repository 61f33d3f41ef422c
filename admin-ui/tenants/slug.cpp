#include "tenants/slug.h"

#include <QRegularExpression>

namespace polyclinic::ui {
namespace {

constexpr int longest = 63;

}  // namespace

QString slugOf(const QString& name) {
    QString slug;
    for (const QChar c : name.normalized(QString::NormalizationForm_KD).toLower()) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            slug += c;
        } else if (c.category() != QChar::Mark_NonSpacing && c != '\'' && c != QChar(0x2019) && !slug.isEmpty() && !slug.endsWith('-')) {
            slug += '-';
        }
    }
    slug.truncate(longest);
    while (slug.endsWith('-')) slug.chop(1);
    return slug;
}

bool validSlug(const QString& id) {
    static const QRegularExpression pattern("\\A[a-z0-9][a-z0-9-]{1,62}\\z");
    return pattern.match(id).hasMatch();
}

QStringList slugsLike(const QString& id, const QString& timezone) {
    QStringList slugs;
    const QString stem = id.left(longest - 20);
    slugs << stem + "-2";
    const QString city = slugOf(timezone.section('/', -1)).left(18);
    if (!city.isEmpty() && !stem.endsWith(city) && city != "utc") slugs << stem + "-" + city;
    for (const char* end : {"-3", "-clinic", "-4", "-5"}) {
        if (!stem.endsWith(QLatin1String(end))) slugs << stem + QLatin1String(end);
    }
    return slugs;
}

}  // namespace polyclinic::ui
