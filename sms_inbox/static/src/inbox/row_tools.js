import {Dropdown} from "@web/core/dropdown/dropdown";
import {DropdownItem} from "@web/core/dropdown/dropdown_item";
import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";

import {tellDone} from "../told/done";

import {Component, useState} from "@odoo/owl";

const MODEL = "sms.inbox.conversation";

/** What can be done to a conversation from its row, without opening it. */
export class RowTools extends Component {
    static template = "sms_inbox.RowTools";
    static components = {Dropdown, DropdownItem};
    static props = {
        row: Object,
        /** Whether the Tab key comes to them. */
        tabbable: Boolean,
        /** Gets whether the menu is open. */
        onMenu: Function,
    };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.state = useState({people: []});
    }

    get tabindex() {
        return this.props.tabbable ? "0" : "-1";
    }

    get handOverLabel() {
        return _t("Hand %s over", this.props.row.name);
    }

    get unsubscribeLabel() {
        return _t("Unsubscribe %s", this.props.row.name);
    }

    async loadPeople() {
        const {row} = this.props;
        const people = await this.orm.call(MODEL, "inbox_people_to_assign", [[row.id]]);
        this.state.people = people.filter(({id}) => id !== row.user?.id);
    }

    async handOver(person) {
        const {id, name} = this.props.row;
        await this.orm.write(MODEL, [id], {user_id: person.id});
        tellDone(
            this.notification,
            _t("%(name)s is with %(person)s now.", {name, person: person.name})
        );
    }

    async unsubscribe() {
        const {id} = this.props.row;
        await this.action.doAction(
            await this.orm.call(MODEL, "action_unsubscribe", [[id]])
        );
    }
}
