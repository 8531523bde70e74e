import {Dropdown} from "@web/core/dropdown/dropdown";
import {DropdownItem} from "@web/core/dropdown/dropdown_item";
import {_t} from "@web/core/l10n/translation";
import {user} from "@web/core/user";

import {MuteButton} from "../told/mute_button";
import {WhenMenu} from "./when_menu";

import {Component} from "@odoo/owl";

/** What can be done to the open conversation, each with its key. */
export class ThreadActions extends Component {
    static template = "sms_inbox.ThreadActions";
    static components = {Dropdown, DropdownItem, MuteButton, WhenMenu};
    static props = {
        data: Object,
        /** `assign`, `snooze`, `close`, `reopen`, `flag` and `run`. */
        act: Object,
        snoozeState: Object,
        detailsOpen: Boolean,
        onToggleDetails: Function,
    };

    get me() {
        return user.userId;
    }

    get isMine() {
        return this.props.data.user?.id === this.me;
    }

    /** Whom it can be given to, besides the user. */
    get others() {
        const {user: assignee, people} = this.props.data;
        return people.filter(({id}) => ![this.me, assignee?.id].includes(id));
    }

    get assignLabel() {
        const {user: assignee} = this.props.data;
        return assignee ? _t("Assigned to %s", assignee.name) : _t("Assign (a: to me)");
    }

    get isClosed() {
        return this.props.data.stage === "closed";
    }

    get isSnoozed() {
        return this.props.data.stage === "snoozed";
    }

    get flagLabel() {
        return this.props.data.flagged ? _t("Remove the flag (f)") : _t("Flag (f)");
    }
}
