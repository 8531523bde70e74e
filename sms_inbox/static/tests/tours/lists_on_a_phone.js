import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("sms_inbox_texts_on_a_phone", {
    steps: () => [
        {
            content: "A text is a card: all of it can be read without going sideways",
            trigger: ".o_kanban_record:contains('Please take me off your list')",
        },
    ],
});

registry.category("web_tour.tours").add("sms_inbox_consents_on_a_phone", {
    steps: () => [
        {
            content: "A consent is a card, with its proof",
            trigger:
                ".o_kanban_record:contains('Wants no texts') button:contains('Proof')",
        },
    ],
});
