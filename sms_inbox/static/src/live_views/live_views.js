import { registry } from "@web/core/registry";
import { formView } from "@web/views/form/form_view";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { listView } from "@web/views/list/list_view";

import { isAtWork, reloadInPlace } from "./in_place";
import { useLiveReload } from "./live_reload";

class LiveListController extends listView.Controller {
    setup() {
        super.setup();
        useLiveReload({
            isBusy: () =>
                this.model.root.editedRecord ||
                this.model.root.selection.length > 0 ||
                isAtWork(this.rootRef.el),
            reload: () => reloadInPlace(this.model, this.rootRef.el),
        });
    }
}

class LiveKanbanController extends kanbanView.Controller {
    setup() {
        super.setup();
        useLiveReload({
            isBusy: async () => {
                await this.model.mutex.getUnlockedDef();
                return this.model.root.selection.length > 0 || isAtWork(this.rootRef.el);
            },
            reload: () => reloadInPlace(this.model, this.rootRef.el),
        });
    }
}

class LiveFormController extends formView.Controller {
    setup() {
        super.setup();
        useLiveReload({
            concerns: (ids) => ids.includes(this.model.root.resId),
            isBusy: () => this.isBeingEdited(),
            reload: () => this.model.root.load(),
        });
    }

    async isBeingEdited() {
        await this.model.mutex.getUnlockedDef();
        // a field in focus may hold what the record does not know of yet
        const inField = document.activeElement?.closest(".o_field_widget:not(.o_readonly)");
        return Boolean(
            this.model.root.dirty ||
                this.model.root.isNew ||
                isAtWork(this.rootRef.el) ||
                (inField && this.rootRef.el.contains(inField))
        );
    }
}

const views = registry.category("views");
views.add("sms_inbox_list", { ...listView, Controller: LiveListController });
views.add("sms_inbox_kanban", { ...kanbanView, Controller: LiveKanbanController });
views.add("sms_inbox_form", { ...formView, Controller: LiveFormController });
