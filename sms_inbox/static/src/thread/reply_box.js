import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";

import {useAttaching} from "../composer/attaching";
import {Composer} from "../composer/composer";
import {formatNumber} from "../fields/number_field/format_number";
import {NoText} from "./no_text";

import {Component} from "@odoo/owl";

/** Where a reply is written, or why none can be. */
export class ReplyBox extends Component {
    static template = "sms_inbox.ReplyBox";
    static components = {Composer, NoText};
    static props = {
        conversation: Object,
        afterSend: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.attaching = useAttaching(() => this.props.conversation);
    }

    get label() {
        const {ourName, contactNumber} = this.props.conversation;
        return _t("From %(our_number)s to %(their_number)s", {
            our_number: ourName,
            their_number: formatNumber(contactNumber),
        });
    }

    /**
     * @param {string} body
     * @param {string} uuid the same for a second try, so that one text is sent
     * @param {{id: number}[]} files
     */
    async send(body, uuid, files) {
        // not the component's own service: who leaves at once still learns of an error
        await this.env.services.orm.call("sms.inbox.conversation", "send_text", [
            [this.props.conversation.id],
            body,
            uuid,
            files.map(({id}) => id),
        ]);
        this.props.afterSend();
    }

    /** What is to be said of a text before it is sent; "" for an ordinary one. */
    outlookOf(body, fileCount) {
        return this.orm.silent.call("sms.inbox.conversation", "reply_outlook", [
            [this.props.conversation.id],
            body,
            fileCount,
        ]);
    }
}
