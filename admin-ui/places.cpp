#include "places.h"

#include "access/places.h"
#include "activity/places.h"
#include "apps/places.h"
#include "data/places.h"
#include "jobs/places.h"
#include "network/places.h"
#include "operators/places.h"
#include "overview/places.h"
#include "people/places.h"
#include "portal/places.h"
#include "settings/places.h"
#include "tenants/places.h"

namespace polyclinic::ui {

QList<Place> allPlaces() {
    return {overviewPlace(), clinicsPlace(), clinicHomePlace(),     patientsPlace(),  patientPlace(), appsPlace(),
            appPlace(),      accessPlace(),  sessionsPlace(),       previewPlace(),   recordsPlace(), importPlace(),
            activityPlace(), networkPlace(), serverActivityPlace(), operatorsPlace(), settingsPlace()};
}

}  // namespace polyclinic::ui
