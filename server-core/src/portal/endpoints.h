// The pages of the patient portal, one file a subject. Everything that a person may see or change is looked up by
// tenant, realm and account; what belongs to others does not exist here (404).

#pragma once

#include "base/task.h"
#include "http/message.h"
#include "portal/call.h"

namespace polyclinic::portal {

using Page = Task<http::Response> (*)(const Call&);

// sign_in.cpp
Task<http::Response> start(const Call& call);
Task<http::Response> showSignIn(const Call& call);
Task<http::Response> signIn(const Call& call);
Task<http::Response> showLink(const Call& call);
Task<http::Response> useLink(const Call& call);
Task<http::Response> signOut(const Call& call);
Task<http::Response> stay(const Call& call);

// activate.cpp
Task<http::Response> showCode(const Call& call);
Task<http::Response> takeCode(const Call& call);
Task<http::Response> showBirthDate(const Call& call);
Task<http::Response> takeBirthDate(const Call& call);
Task<http::Response> showNewPassword(const Call& call);
Task<http::Response> takeNewPassword(const Call& call);

// home.cpp
Task<http::Response> homeEndpoint(const Call& call);

// apps.cpp
Task<http::Response> apps(const Call& call);
Task<http::Response> app(const Call& call);
Task<http::Response> showStop(const Call& call);
Task<http::Response> stop(const Call& call);

// activity.cpp
Task<http::Response> activity(const Call& call);

// account.cpp
Task<http::Response> showAccount(const Call& call);
Task<http::Response> saveAccount(const Call& call);

// password.cpp
Task<http::Response> showPassword(const Call& call);
Task<http::Response> changePassword(const Call& call);

// sessions.cpp
Task<http::Response> sessions(const Call& call);
Task<http::Response> endSession(const Call& call);
Task<http::Response> endOthers(const Call& call);

// help.cpp
Task<http::Response> help(const Call& call);
Task<http::Response> reset(const Call& call);

}  // namespace polyclinic::portal
