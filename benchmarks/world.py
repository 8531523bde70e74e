"""Companies that text through a simulated carrier, made inside of an Odoo."""

PUBLIC = "https://texts.example.com"
WIDE_OPEN = 1e6  # segments per second


class World:
    """One company with an account and an agent; ``number`` adds numbers to it."""

    def __init__(self, env, name, twilio, password=None):
        """
        :param twilio: (API base URL, account SID, auth token)
        :param password: of an agent called as the company, if there is to be one
        """
        self.env = env
        # texts are timed at any hour of the day
        env["sms.inbox.quiet.rule"].search([]).active = False
        self.company = env["res.company"].create(
            {"name": name, "country_id": env.ref("base.us").id}
        )
        url, sid, token = twilio
        self.account = env["sms.inbox.account"].create(
            {
                "name": name,
                "company_id": self.company.id,
                "carrier": "twilio",
                "account_sid": sid,
                "auth_token": token,
                "api_base_url": url,
                "public_base_url": PUBLIC,
            }
        )
        self.agent = self._agent(name, password) if password else env["res.users"]

    def number(self, phone, rate=WIDE_OPEN, parent=None, **limit):
        """A number of the company with a limit of its own; ``limit`` has its fields."""
        line = self.env["sms.inbox.line"].create(
            {"number": phone, "account_id": self.account.id}
        )
        line._confirm()
        line.limit_id.write(
            {"segments_per_second": rate, "parent_id": parent and parent.id, **limit}
        )
        return self.env["sms.inbox.number"].create(
            {
                "name": phone,
                "line_id": line.id,
                "company_id": self.company.id,
                "user_ids": [(6, 0, self.agent.ids)],
            }
        )

    def _agent(self, login, password):
        groups = ("base.group_user", "sms_inbox.group_user")
        return self.env["res.users"].create(
            {
                "name": login,
                "login": login,
                "password": password,
                "company_id": self.company.id,
                "company_ids": [(6, 0, self.company.ids)],
                "group_ids": [(6, 0, [self.env.ref(group).id for group in groups])],
            }
        )

    @classmethod
    def build(cls, env, plan):
        """Make the companies of a plan; gives {phone: id of the number}.

        A plan has ``companies``, each with a name and ``numbers`` {phone: fields of
        its limit}, of which ``campaign`` is (name, segments per second) of a limit
        that numbers share by its name; ``twilio`` and ``password`` as above; and
        ``parameters`` of the addon.
        """
        for name, value in plan.get("parameters", {}).items():
            env["ir.config_parameter"].set_param(f"sms_inbox.{name}", value)
        campaigns, made = {}, {}
        for company in plan["companies"]:
            world = cls(env, company["name"], plan["twilio"], plan.get("password"))
            for phone, limit in company["numbers"].items():
                campaign = limit.pop("campaign", None)
                parent = campaign and _campaign(env, campaigns, *campaign)
                made[phone] = world.number(phone, parent=parent, **limit).id
        return made


def _campaign(env, campaigns, name, rate):
    if name not in campaigns:
        campaigns[name] = env["sms.inbox.limit"].create(
            {"name": name, "level": "campaign", "segments_per_second": rate}
        )
    return campaigns[name]
