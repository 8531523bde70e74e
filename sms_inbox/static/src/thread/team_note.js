import {Component} from "@odoo/owl";

/** What the team noted between the texts; the contact never sees it. */
export class TeamNote extends Component {
    static template = "sms_inbox.TeamNote";
    static props = {
        body: String,
        author: String,
        at: String,
        day: {type: String, optional: true},
    };
}
