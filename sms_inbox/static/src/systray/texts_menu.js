import {useDiscussSystray} from "@mail/utils/common/hooks";
import {Dropdown} from "@web/core/dropdown/dropdown";
import {useDropdownState} from "@web/core/dropdown/dropdown_hooks";
import {DropdownItem} from "@web/core/dropdown/dropdown_item";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {session} from "@web/session";

import {InboxRow} from "../inbox/row";
import {countInWords} from "../inbox/views";
import {openInbox} from "../told/open_inbox";
import {useTally} from "./tally";

import {Component, useState} from "@odoo/owl";

const MODEL = "sms.inbox.conversation";

/** A row of the inbox as an item of a menu. */
class GlanceRow extends InboxRow {
    static template = "sms_inbox.GlanceRow";
}

/** Texts that are unread or wait on us, in Odoo's systray. */
export class TextsMenu extends Component {
    static template = "sms_inbox.TextsMenu";
    static components = {Dropdown, DropdownItem, GlanceRow};
    static props = [];

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.look = useDiscussSystray();
        this.dropdown = useDropdownState();
        this.state = useState({rows: []});
        this.tally = useTally(() => this.dropdown.isOpen && this.loadRows());
    }

    get unread() {
        return countInWords(this.tally.unread);
    }

    get waiting() {
        return countInWords(this.tally.waiting);
    }

    /** Both counts in words. */
    get label() {
        const {unread, waiting} = this;
        return _t("Texts: %(unread)s unread, %(waiting)s waiting on us", {
            unread: unread || "0",
            waiting: waiting || "0",
        });
    }

    async loadRows() {
        this.state.rows = await this.orm.silent.call(MODEL, "inbox_glance", []);
    }

    open(options) {
        this.dropdown.close();
        return openInbox(this.action, options);
    }
}

registry
    .category("systray")
    .add(
        "sms_inbox.texts",
        {Component: TextsMenu, isDisplayed: () => Boolean(session.sms_inbox_user)},
        {sequence: 24}
    );
