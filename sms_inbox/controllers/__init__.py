from . import media, webhook
