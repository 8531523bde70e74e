import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("sms_inbox_field_in_a_bulk_text", {
    steps: () => [
        {trigger: ".o_cp_action_menus button", run: "click"},
        {trigger: ".o-dropdown--menu .o-dropdown-item:text(Text)", run: "click"},
        {trigger: ".modal [name=body] textarea", run: "edit Hello"},
        {trigger: ".modal [name=body] button[title='Insert Field']", run: "click"},
        {
            trigger: ".o_model_field_selector_popover_search input",
            run: "edit Name",
        },
        {
            trigger: ".o_model_field_selector_popover_item_name:text(Name)",
            run: "click",
        },
        {
            trigger: ".o_model_field_selector_popover button:contains('Insert')",
            run: "click",
        },
        {trigger: ".modal [name=body] textarea", run: "press Tab"},
        {
            content: "The preview has the person's name where the field was put",
            trigger: ".modal [name=preview]:contains('Hello Ada Chen')",
        },
        {trigger: ".modal button:contains('Discard')", run: "click"},
        {trigger: "body:not(:has(.modal))"},
    ],
});
