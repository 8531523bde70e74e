from . import media, proof, webhook
