// A page that is one list of a clinic: the same list stands also where only one patient's or one app's part is shown.

#pragma once

#include "shell/page.h"
#include "widgets/table.h"

namespace polyclinic::ui {

struct Tenant;

template <class List>
class ListPage : public Page {
  public:
    void refresh() override { list_->refresh(); }
    QLineEdit* searchField() override { return list_->table().filter(); }

  protected:
    ListPage(const QString& title, List* list) : Page(title), list_(list) {
        body->addWidget(list_, 1);
        connect(list_, &List::failed, this, [this](const auto& error) { messages().tell(error); });
    }
    void showFor(const Tenant& tenant, const QString& title, const QString& subtitle) {
        setTitle(title, subtitle);
        messages().clear();
        list_->showFor(tenant, {});
    }

    List* const list_;
};

}  // namespace polyclinic::ui
