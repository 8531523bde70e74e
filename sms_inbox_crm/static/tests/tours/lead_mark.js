import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("sms_inbox_crm_lead_mark", {
    steps: () => [
        {
            content: "The landline is marked",
            trigger:
                ".o_field_widget[name=phone]:visible button.o_sms_inbox_mark[data-state=unlikely]",
        },
        {
            content: "Text the lead",
            trigger: "button[name=action_sms_inbox_text]",
            run: "click",
        },
        {
            content: "It is said why not",
            trigger: ".modal .alert-warning:contains('landline')",
        },
    ],
});
