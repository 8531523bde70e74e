import {Dropdown} from "@web/core/dropdown/dropdown";
import {DropdownItem} from "@web/core/dropdown/dropdown_item";
import {isMobileOS} from "@web/core/browser/feature_detection";
import {useEmojiPicker} from "@web/core/emoji_picker/emoji_picker";
import {user} from "@web/core/user";
import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";

import {WhenMenu} from "./when_menu";

import {Component, useRef, useState} from "@odoo/owl";

const MODEL = "sms.inbox.conversation";
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
        this.state = useState({
            templates: null,
            hasContact: true,
            undo: user.settings[UNDO] || "0",
        });
        this.emoji = useRef("emoji");
        this.emojiPicker = useEmojiPicker(undefined, {
            onSelect: (emoji) => this.props.insert(emoji),
        });
        this.undoChoices = [
            {value: "0", label: _t("At once")},
            {value: "5", label: _t("After 5 seconds, to undo")},
            {value: "10", label: _t("After 10 seconds, to undo")},
        ];
    }

    ask(method, ...args) {
        const {conversationId} = this.props;
        return this.orm.call(MODEL, method, [[conversationId], ...args]);
    }

    async loadTemplates() {
        const templates = await this.ask("inbox_templates");
        const hasContact = templates.length || (await this.readHasContact());
        Object.assign(this.state, {templates, hasContact});
    }

    async readHasContact() {
        const ids = [this.props.conversationId];
        const [thread] = await this.orm.read(MODEL, ids, ["partner_id"]);
        return Boolean(thread.partner_id);
    }

    async insertTemplate(id) {
        const words = await this.ask("inbox_template", id);
        this.props.insert(/\S$/.test(this.wordsBefore) ? `\n${words}` : words);
    }

    /** What stands before the place where something is inserted. */
    get wordsBefore() {
        const composer = this.emoji.el.closest(".o_sms_inbox_composer");
        const {value, selectionStart} = composer.querySelector("textarea");
        return value.slice(0, selectionStart);
    }

    /** Beside the button, or in a dialog of its own where there is no room for that. */
    toggleEmoji() {
        const small = this.env.isSmall || isMobileOS();
        this.emojiPicker.toggle(small ? undefined : this.emoji);
    }

    sendAt(at) {
        this.props.sendWith({at});
    }

    async chooseUndo(value) {
        await user.setUserSettings(UNDO, value);
        this.state.undo = value;
    }
}
