import {Dropdown} from "@web/core/dropdown/dropdown";
import {DropdownItem} from "@web/core/dropdown/dropdown_item";
import {useEmojiPicker} from "@web/core/emoji_picker/emoji_picker";
import {user} from "@web/core/user";
import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";

import {WhenMenu} from "./when_menu";

import {Component, useRef, useState} from "@odoo/owl";

const UNDO = "sms_inbox_undo";

/** Emoji, templates, and when a text leaves. */
export class ComposerTools extends Component {
    static template = "sms_inbox.ComposerTools";
    static components = {Dropdown, DropdownItem, WhenMenu};
    static props = {
        conversationId: Number,
        insert: Function,
        sendWith: Function,
        empty: Boolean,
    };

    setup() {
        this.orm = useService("orm");
        this.state = useState({templates: null, undo: user.settings[UNDO] || "0"});
        this.emoji = useRef("emoji");
        useEmojiPicker(this.emoji, {onSelect: (emoji) => this.props.insert(emoji)});
        this.undoChoices = [
            {value: "0", label: _t("At once")},
            {value: "5", label: _t("After 5 seconds, to undo")},
            {value: "10", label: _t("After 10 seconds, to undo")},
        ];
    }

    ask(method, ...args) {
        const {conversationId} = this.props;
        return this.orm.call("sms.inbox.conversation", method, [
            [conversationId],
            ...args,
        ]);
    }

    async loadTemplates() {
        this.state.templates = await this.ask("inbox_templates");
    }

    async insertTemplate(id) {
        this.props.insert(await this.ask("inbox_template", id));
    }

    sendAt(at) {
        this.props.sendWith({at});
    }

    async chooseUndo(value) {
        await user.setUserSettings(UNDO, value);
        this.state.undo = value;
    }
}
