// Who runs the server: values of the operator API.

#pragma once

#include <QDateTime>
#include <QJsonObject>
#include <QString>

namespace polyclinic::ui {

/// A person who may sign in to the console.
struct Operator {
    QString id, username;
    bool self = false;  // who asks
    bool disabled = false;
    QDateTime created, lastSignIn;  // invalid: never

    static Operator fromJson(const QJsonObject& json);
};

/// A program that speaks to the operator API.
struct Program {
    QString id, name;
    QDateTime created, lastToken;  // invalid: never

    static Program fromJson(const QJsonObject& json);
};

struct ProgramSecret {
    QString id, secret;

    static ProgramSecret fromJson(const QJsonObject& json);
};

}  // namespace polyclinic::ui
