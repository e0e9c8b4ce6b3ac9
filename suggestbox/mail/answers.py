"""Why a letter stands where it stands: the server's own words, or a word of ours that is spoken in the reader's language.

Words of ours are kept as `house:code detail`, so that whoever looks reads them in their own language.
"""

from suggestbox.core.language import lazy_gettext as _l

from .carrier import readable

_OURS = "house:"

_SENTENCES = {
    "nobody": _l("There is nobody it could go to."),
    "reader_left": _l("The person does not work here any more."),
    "no_reason": _l("Its reason was gone before it went out."),
    "no_hook": _l("The webhook it was meant for is not there any more."),
    "hook_private": _l("What it is about is confidential, and others may read what a webhook posts."),
    "hook_shape": _l("The webhook's address cannot be used."),
    "hook_host": _l("Webhooks may not lead to this host: %(detail)s"),
    "hook_inside": _l("This host lies inside a network of its own, where webhooks may not lead: %(detail)s"),
    "hook_unknown": _l("There is no such host: %(detail)s"),
    "hook_no_connection": _l("The webhook could not be reached: %(detail)s"),
    "hook_certificate": _l("The certificate of the webhook's server is not trusted: %(detail)s"),
    "hook_redirect": _l("The webhook sends on to another address, and we do not follow: %(detail)s"),
    "dropped": _l("Somebody decided that it does not go out."),
    "restored": _l("It is from before a restore and may have gone out already."),
    "spoilt": _l("It could not be written: %(detail)s"),
    "no_text": _l("This version does not know letters of this kind: %(detail)s"),
    "busy": _l("The database was busy: %(detail)s"),
    "control_characters": _l("It holds characters that no letter may hold."),
    "bad_address": _l("The e-mail address cannot be used."),
    "no_smtputf8": _l("The mail server does not accept addresses with such letters."),
    "no_connection": _l("The mail server could not be reached: %(detail)s"),
    "bad_certificate": _l("The certificate of the mail server is not trusted: %(detail)s"),
    "no_starttls": _l("The mail server does not offer encryption (STARTTLS)."),
    "no_sign_in": _l("The mail server did not accept the sign-in: %(detail)s"),
    "no_token": _l("There was no access token to be had for the mail server: %(detail)s"),
    "slow": _l("The mail server took too long."),
    "broke_off": _l("The connection broke before the letter was handed over: %(detail)s"),
    "carrier": _l("Sending it failed: %(detail)s"),
    "stopped": _l("The program stopped before the letter was handed over."),
    "no_answer": _l("It was handed over, and no answer came: it may have arrived. %(detail)s"),
    "gave_up": _l("It was tried for three days. The last answer: %(detail)s"),
}


def house_words(code: str, detail: object = "") -> str:
    """Give a word of ours as it is kept in a row."""
    said = readable(str(detail))
    return f"{_OURS}{code} {said}" if said else f"{_OURS}{code}"


def spoken(answer: str) -> str:
    """Give what a row keeps as a sentence in the reader's language; a server's words stay as they are."""
    if not answer.startswith(_OURS):
        return answer
    code, _space, detail = answer.removeprefix(_OURS).partition(" ")
    sentence = str(_SENTENCES.get(code, "%(detail)s"))
    return sentence.replace("%(detail)s", spoken(detail)).strip()
