import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("sms_inbox_texts_beside_a_record", {
    steps: () => [
        {
            content: "The chatter says that there is a text; nothing of it is loaded",
            trigger: ".o_sms_inbox_texts_of_record:contains('Texts (1)')",
            run: "click",
        },
        {
            content: "The text stands beside the chatter, with our number's label",
            trigger:
                ".o_sms_inbox_record_texts:contains('Sales') .o_sms_inbox_body:contains('Is it ready?')",
        },
        {
            content: "Reply there",
            trigger: ".o_sms_inbox_record_texts textarea",
            run: "edit Come at 5",
        },
        {
            content: "Send",
            trigger: ".o_sms_inbox_record_texts textarea:value('Come at 5')",
            run: "press Enter",
        },
        {
            content: "It is in the thread, and counted",
            trigger:
                ".o-mail-Chatter:has(.o_sms_inbox_mine:contains('Come at 5')) .o_sms_inbox_texts_of_record:contains('Texts (2)')",
        },
        {
            content: "A note for the team takes its place",
            trigger: ".o-mail-Chatter-logNote",
            run: "click",
        },
        {
            content: "The texts are folded away",
            trigger:
                ".o-mail-Chatter:has(.o-mail-Composer):not(:has(.o_sms_inbox_record_texts))",
        },
        {
            content: "Show them again",
            trigger:
                ".o_sms_inbox_texts_of_record[aria-expanded=false]:contains('Texts (2)')",
            run: "click",
        },
        {
            content: "Go on in the inbox",
            trigger: ".o_sms_inbox_record_texts .o_sms_inbox_open",
            run: "click",
        },
        {
            content: "The conversation is open there",
            trigger: ".o_sms_inbox_pane .o_sms_inbox_mine:contains('Come at 5')",
        },
    ],
});

registry.category("web_tour.tours").add("sms_inbox_text_from_the_palette", {
    steps: () => [
        {
            content: "Open the command palette",
            trigger: ".o_searchview_input",
            run: "press ctrl+k",
        },
        {
            content: "Say whom to text",
            trigger: ".o_command_palette input",
            run: "edit text ada",
        },
        {
            content: "She is found, and it is said what is known of her number",
            trigger: ".o_command:contains('Text Ada Chen'):contains('can be texted')",
            run: "click",
        },
        {
            content: "Her conversation is open in the inbox",
            trigger: ".o_sms_inbox_pane h2:contains('Ada Chen')",
        },
    ],
});
