import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";
import {SelectCreateDialog} from "@web/views/view_dialogs/select_create_dialog";

import {formatNumber} from "../fields/number_field/format_number";
import {TextabilityMark} from "../textability/textability_mark";
import {Avatar} from "./avatar";
import {DetailsActivities} from "./details_activities";
import {DetailsConsent} from "./details_consent";
import {useDetails} from "./details_data";
import {DetailsDocuments} from "./details_documents";
import {DetailsFollowers} from "./details_followers";
import {DetailsThreads} from "./details_threads";

import {Component} from "@odoo/owl";

/** Who it is, their other threads, what is open with them, and what else can be done. */
export class Details extends Component {
    static template = "sms_inbox.Details";
    static components = {
        Avatar,
        DetailsActivities,
        DetailsConsent,
        DetailsDocuments,
        DetailsFollowers,
        DetailsThreads,
        TextabilityMark,
    };
    static props = {
        data: Object,
        onRun: Function,
        onOpenThread: Function,
        onShowTimeline: Function,
        onClose: Function,
        reload: Function,
    };

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.orm = useService("orm");
        this.details = useDetails(() => this.props.data);
    }

    get number() {
        return formatNumber(this.props.data.contact_number);
    }

    chooseContact() {
        const {data, reload} = this.props;
        this.dialog.add(SelectCreateDialog, {
            title: _t("Who texts here?"),
            resModel: "res.partner",
            domain: [["company_id", "in", [false, data.company_id]]],
            multiSelect: false,
            noCreate: true,
            onSelected: async ([partnerId]) => {
                await this.orm.write("sms.inbox.conversation", [data.id], {
                    partner_id: partnerId,
                });
                await reload();
            },
        });
    }

    openContact() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: this.props.data.partner_id,
            views: [[false, "form"]],
        });
    }

    /** Odoo's own page of the conversation, with all of its history. */
    openPage() {
        return this.props.onRun("action_open");
    }
}
