// Date parameters, _lastUpdated too. http://hl7.org/fhir/R4/search.html#date

#include <algorithm>

#include "fhir/search/query_values.h"
#include "fhir/search/ranges.h"
#include "fhir/search/types/types.h"

namespace polyclinic::fhir {

void readDate(const AskedValue& asked, std::vector<Operand>& into) {
    Operand operand;
    auto text = asked.text;
    operand.comparator = takeComparator(asked.parameter, text);
    std::string plain(text);
    std::ranges::replace(plain, ' ', '+');  // a zone whose + was not percent-encoded
    const auto range = parseDateRange(plain);
    if (!range) refuse(asked.parameter, "The date is none of FHIR's forms of date and dateTime.");
    operand.low = range->low;
    operand.high = range->high;
    if (operand.comparator == Comparator::ap) {  // 10 % of the way from now
        const auto middle = range->low.micros / 2 + range->high.micros / 2;
        const auto slack = std::abs(asked.options.now.micros - middle) / 10;
        operand.low = std::max(beginningOfTime, Timestamp{range->low.micros - slack});
        operand.high = std::min(endOfTime, Timestamp{range->high.micros + slack});
    }
    into.push_back(std::move(operand));
}

}  // namespace polyclinic::fhir
