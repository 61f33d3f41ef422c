// Which addresses an app may be registered with, in words for the person who types one. The server has the last word.

#pragma once

#include <QString>

namespace polyclinic::ui {

/// Why answers with codes cannot go to `address`; empty when they can (RFC 8252 section 7, RFC 9700 section 2.1).
QString redirectProblem(const QString& address);

/// Why `address` cannot be a page that people are led to; empty when it can. An empty address is none, and no problem.
QString pageProblem(const QString& address);

}  // namespace polyclinic::ui
