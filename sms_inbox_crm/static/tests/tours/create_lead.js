import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("sms_inbox_crm_create_lead", {
    steps: () => [
        {
            content: "Who is it?",
            trigger: ".o_sms_inbox_toggle_details",
            run: "click",
        },
        {
            content: "Create a lead",
            trigger: ".o_sms_inbox_details button[name=action_create_lead]",
            run: "click",
        },
        {
            content: "It is filled in; save it",
            trigger: ".modal:has(.o_field_widget[name=name]) .o_form_button_save",
            run: "click",
        },
        {
            content: "It is among what is open",
            trigger:
                ".o_sms_inbox_documents[data-model='crm.lead'] a:contains('Texts with Ada Chen')",
        },
    ],
});
