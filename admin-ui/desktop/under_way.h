// What a stop of the server would cut off.

#pragma once

#include <functional>

#include "api_client/api_client.h"

namespace polyclinic::ui {

struct UnderWay {
    int patients = 0;  // who are signed in, of all clinics
    int jobs = 0;
};

/// Asks every clinic, and calls `then` once in the thread of `context`, after a second at most: with what is known by
/// then.
void askUnderWay(ApiClient& api, QObject* context, std::function<void(UnderWay)> then);

}  // namespace polyclinic::ui
