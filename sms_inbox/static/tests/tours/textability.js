import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const MARK = "button.o_sms_inbox_mark";

tours.add("sms_inbox_landline_mark", {
    steps: () => [
        {
            content: "Name the contact",
            trigger:
                ".o_field_widget[name=name] input, .o_field_widget[name=name] textarea",
            run: "edit Old Shop",
        },
        {
            content: "Type a landline",
            trigger: ".o_field_widget[name=phone] input",
            run: "edit +44 20 7946 0958",
        },
        {
            content: "It is marked before it is saved, in words as well",
            trigger: `.o_form_renderer:not(.o_form_saved) ${MARK}[data-state=unlikely][aria-label*=landline]`,
        },
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "Saved, it is marked still",
            trigger: `.o_form_saved ${MARK}[data-state=unlikely]`,
        },
    ],
});

tours.add("sms_inbox_text_a_landline", {
    steps: () => [
        {
            content: "Text the contact",
            trigger: "button[name=action_sms_inbox_text]",
            run: "click",
        },
        {
            content: "It is said why not",
            trigger: ".modal .alert-warning:contains('landline')",
        },
        {
            content: "It can be called",
            trigger: ".modal .o_sms_inbox_call[href='tel:+442079460958']",
        },
        {
            content: "Or be texted anyway",
            trigger: ".modal button:contains('Text anyway')",
        },
        {
            content: "Take the other number",
            trigger:
                ".modal tr:contains('Ada, mobile') button[name=action_sms_inbox_text]",
            run: "click",
        },
        {
            content: "Its thread is there",
            trigger: ".o_sms_inbox_composer:contains('+44 7911123456')",
        },
    ],
});

tours.add("sms_inbox_filter_contacts", {
    steps: () => [
        {
            content: "Open the filters",
            trigger: ".o_searchview_dropdown_toggler",
            run: "click",
        },
        {
            content: "Choose those that cannot be texted",
            trigger: ".o_filter_menu .o_menu_item:contains('Cannot be texted')",
            run: "click",
        },
        {
            content: "The landline is there, and marked",
            trigger: `.o_data_row:contains('Ada Chen') ${MARK}[data-state=unlikely]`,
        },
    ],
});
