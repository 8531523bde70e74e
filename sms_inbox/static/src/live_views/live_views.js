import {registry} from "@web/core/registry";
import {formView} from "@web/views/form/form_view";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {listView} from "@web/views/list/list_view";

import {BoardRenderer} from "../board/board_counts";
import {isAtWork, reloadInPlace} from "./in_place";
import {useLiveReload} from "./live_reload";

const FIELD_IN_FOCUS =
    ".o_field_widget :is(input:not([type=checkbox]), textarea):focus";

/**
 * Know while a button's action runs. A reload meanwhile would overtake the action's own,
 * which then never ends and leaves all buttons disabled.
 */
const KnowsActions = (Controller) =>
    class extends Controller {
        isActing = false;

        async beforeExecuteActionButton() {
            const goesOn = await super.beforeExecuteActionButton(...arguments);
            this.isActing = goesOn !== false;
            return goesOn;
        }

        async afterExecuteActionButton() {
            this.isActing = false;
            return super.afterExecuteActionButton(...arguments);
        }
    };

class LiveListController extends KnowsActions(listView.Controller) {
    setup() {
        super.setup();
        useLiveReload({
            isBusy: () =>
                this.isActing ||
                this.model.root.editedRecord ||
                this.model.root.selection.length > 0 ||
                isAtWork(this.rootRef.el),
            reload: () => reloadInPlace(this.model, this.rootRef.el),
        });
    }
}

class LiveKanbanController extends KnowsActions(kanbanView.Controller) {
    setup() {
        super.setup();
        useLiveReload({
            isBusy: async () => {
                await this.model.mutex.getUnlockedDef();
                return (
                    this.isActing ||
                    this.model.root.selection.length > 0 ||
                    isAtWork(this.rootRef.el)
                );
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
        return Boolean(
            this.model.root.dirty ||
            this.model.root.isNew ||
            isAtWork(this.rootRef.el) ||
            // it may hold what the record does not know of yet
            this.rootRef.el.querySelector(FIELD_IN_FOCUS)
        );
    }
}

const views = registry.category("views");
views.add("sms_inbox_list", {...listView, Controller: LiveListController});
views.add("sms_inbox_kanban", {
    ...kanbanView,
    Controller: LiveKanbanController,
    Renderer: BoardRenderer,
});
views.add("sms_inbox_form", {...formView, Controller: LiveFormController});
