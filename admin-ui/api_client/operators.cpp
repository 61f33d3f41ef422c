#include "api_client/operators.h"

#include "api_client/json.h"

namespace polyclinic::ui {

Operator Operator::fromJson(const QJsonObject& json) {
    return {json["id"].toString(),     json["username"].toString(), json["self"].toBool(),
            json["disabled"].toBool(), timeOf(json["created"]),     timeOf(json["lastSignIn"])};
}

Program Program::fromJson(const QJsonObject& json) {
    return {json["id"].toString(), json["name"].toString(), timeOf(json["created"]), timeOf(json["lastToken"])};
}

ProgramSecret ProgramSecret::fromJson(const QJsonObject& json) { return {json["client_id"].toString(), json["client_secret"].toString()}; }

}  // namespace polyclinic::ui
