"""Block pages: what walls, networks and sites answer in place of a document, rebuilt in their published forms."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from exowatch.demo.answer import WorldAnswer

ABUSE = "/apology_objects/abuse-detection-apology.html"
EXCESS = "/apology_objects/excessive-requests-apology.html"


@dataclass(frozen=True, slots=True)
class Block:
    """What is answered to every request, and what stands at the addresses that this answer leads to."""

    answer: WorldAnswer
    elsewhere: dict[str, WorldAnswer] = field(default_factory=dict)


def html(title: str, words: str, status: int = 200, head: str = "", **headers: str) -> WorldAnswer:
    page = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body>{words}</body></html>"
    )
    return bare(page, status, "text/html; charset=UTF-8", **headers)


def bare(body: str, status: int = 200, kind: str = "text/html", **headers: str) -> WorldAnswer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return WorldAnswer(status, {"Content-Type": kind, **named}, body.encode())


def sent_to(place: str, there: WorldAnswer | None = None, status: int = 302) -> Block:
    away = WorldAnswer(status, {"Location": place, "Server": "AkamaiGHost", "Content-Type": "text/html"})
    return Block(away, {place: there} if there else {})


LONG = "<p>Sorry for the inconvenience. Please come back in a few minutes and try again.</p>" * 12
APOLOGY = html(
    "FDA Apology", "<h1>We apologize for any inconvenience</h1><p>Your IP address has been blocked.</p>" + LONG
)
GONE = bare("Not found\n", 404, Server="AkamaiGHost")
REFERENCE = "Reference&#32;&#35;18&#46;2d3e4f5&#46;1749542400&#46;1a2b3c4"
DENIED = f"<h1>Access Denied</h1>You don't have permission to access this page on this server.<p>{REFERENCE}</p>{LONG}"
RAY = "<div class='ray-id'>Ray ID: <code>8a1b2c3d4e5f</code></div>" + LONG
CHALLENGE = "<div id='challenge-error-text'>Enable JavaScript and cookies to continue</div><script>window._cf_chl_opt={};</script>"
SHELL = "<header><nav><a href='/food'>Food</a></nav></header><main></main><footer><p>FDA Archive</p></footer>"
LOGIN = html(
    "Log in", "<form id='user-login-form'><input name='name'><input name='pass' type='password'></form>" + LONG
)
CONSENT = html(
    "Before you continue", "<form action='/consent'><h1>We use cookies</h1><button>Accept all</button></form>" + LONG
)
INCIDENT = "Request unsuccessful. Incapsula incident ID: 123000450067-890"
INCAPSULA = f'<iframe id="main-iframe" src="/_Incapsula_Resource?SWUDNSAI=31">{INCIDENT}</iframe>'
DATADOME = '<script data-cfasync="false">var dd={"host":"geo.captcha-delivery.com"}</script><script src="https://ct.captcha-delivery.com/c.js"></script>'
PX = (
    '<div id="px-captcha"></div><script>window._pxAppId = "PXsample";</script>Press &amp; Hold to confirm you are a human'
    + LONG
)
UNEXPECTED = "The website encountered an unexpected error. Please try again later."

BLOCKS: dict[str, Block] = {
    "apology, then 404": sent_to(ABUSE, GONE),
    "apology, then 200": sent_to(ABUSE, APOLOGY),
    "excessive requests, then 404": sent_to(EXCESS, GONE),
    "excessive requests, then 200": sent_to(EXCESS, APOLOGY),
    "apology by 301": sent_to(ABUSE, GONE, 301),
    "apology by 307": sent_to(ABUSE, GONE, 307),
    "apology in place, 200": Block(APOLOGY),
    "apology in place, 503": Block(html("FDA Apology", LONG, 503)),
    "Akamai access denied, 403": Block(html("Access Denied", DENIED, 403, Server="AkamaiGHost")),
    "Akamai access denied, 200": Block(html("Access Denied", DENIED)),
    "Akamai access denied, 404": Block(html("Access Denied", DENIED, 404)),
    "Akamai service unavailable": Block(html("Service Unavailable - Zero size object", REFERENCE + LONG, 503)),
    "Akamai short 404": Block(GONE),
    "Akamai cryptographic challenge": Block(
        html(
            "&nbsp;",
            '<div id="sec-if-cpt-container"></div><script src="/_sec/cp_challenge/ak-challenge-3-8.htm"></script>',
        )
    ),
    "Akamai verification by refresh": Block(
        html("", LONG, head='<meta http-equiv="refresh" content="5; URL=\'/?bm-verify=AAQAAAAE_sample\'" />')
    ),
    "Akamai challenge as JSON": Block(
        bare('{"sec-cp-challenge": "true", "provider": "crypto"}', 428, "application/json")
    ),
    "Cloudflare 1020": Block(
        html("Access denied | www.fda.gov used Cloudflare to restrict access", "Error 1020" + RAY, 403)
    ),
    "Cloudflare 1015": Block(
        html("Access denied | www.fda.gov used Cloudflare to restrict access", "Error 1015" + RAY, 429)
    ),
    "Cloudflare just a moment, 403": Block(html("Just a moment...", CHALLENGE + RAY, 403)),
    "Cloudflare just a moment, 503": Block(html("Just a moment...", CHALLENGE + RAY, 503)),
    "Cloudflare just a moment, 200": Block(html("Just a moment...", CHALLENGE + RAY)),
    "Cloudflare challenge without a title": Block(html("www.fda.gov", CHALLENGE + RAY)),
    "Cloudflare attention required": Block(html("Attention Required! | Cloudflare", RAY, 403)),
    "Cloudflare 520": Block(html("www.fda.gov | 520: Web server is returning an unknown error", RAY, 520)),
    "Cloudflare 521": Block(html("www.fda.gov | 521: Web server is down", RAY, 521)),
    "Cloudflare 524": Block(html("www.fda.gov | 524: A timeout occurred", RAY, 524)),
    "AWS WAF captcha, 405": Block(
        html("Human Verification", '<script src="https://sample.token.awswaf.com/captcha.js"></script>', 405)
    ),
    "AWS WAF captcha, 200": Block(
        html(
            "",
            '<div id="captcha-container"></div><script src="https://sample.token.awswaf.com/captcha.js"></script>'
            + LONG,
        )
    ),
    "AWS WAF silent challenge": Block(bare("", 202, x_amzn_waf_action="challenge")),
    "CloudFront 403": Block(
        html("ERROR: The request could not be satisfied", "<h1>403 ERROR</h1>Request blocked." + LONG, 403)
    ),
    "CloudFront 504": Block(html("ERROR: The request could not be satisfied", "<h1>504 ERROR</h1>" + LONG, 504)),
    "CloudFront as 200": Block(
        html("ERROR: The request could not be satisfied", "<h1>403 ERROR</h1>Request blocked." + LONG)
    ),
    "Imperva frame, 200": Block(html("", INCAPSULA, head='<meta name="ROBOTS" content="NOINDEX, NOFOLLOW">')),
    "Imperva frame, 403": Block(html("", INCAPSULA, 403)),
    "Imperva interruption": Block(html("Pardon Our Interruption", "<h1>Pardon Our Interruption...</h1>" + LONG)),
    "Imperva incident in words only": Block(html("Error", INCIDENT + LONG)),
    "F5 request rejected, 200": Block(
        html(
            "Request Rejected",
            "The requested URL was rejected. Please consult with your administrator.<br>Your support ID is: 1234",
        )
    ),
    "F5 request rejected, 403": Block(html("Request Rejected", "Your support ID is: 1234567890", 403)),
    "F5 script": Block(
        html(
            "",
            'Please enable JavaScript to view the page content.<br/>Your support ID is: 123456.<script>window["bobcmn"]="10"</script>',
        )
    ),
    "F5 without a title": Block(
        bare("<html><body>The requested URL was rejected. Your support ID is: 99</body></html>" + LONG)
    ),
    "DataDome, 403": Block(html("www.fda.gov", DATADOME, 403)),
    "DataDome, 200": Block(html("www.fda.gov", DATADOME + LONG)),
    "PerimeterX, 403": Block(html("Access to this page has been denied", PX, 403)),
    "PerimeterX, 200": Block(html("Access to this page has been denied.", PX)),
    "Kasada": Block(html("", "<script src='/149e9513-01fa/ips.js?KP_UIDz=sample'></script>", 429)),
    "Radware": Block(
        html("Radware Captcha Page", "<p>We apologize for the inconvenience. Your activity looks automated.</p>" + LONG)
    ),
    "Sucuri": Block(html("Sucuri WebSite Firewall - Access Denied", "Block ID: BOT1" + LONG, 403)),
    "Sucuri as 200": Block(html("Sucuri WebSite Firewall - Access Denied", "Block ID: BOT1" + LONG)),
    "Wordfence": Block(html("Your access to this site has been limited", "Generated by Wordfence" + LONG, 503)),
    "Fortinet": Block(html("Web Page Blocked!", "<h2>Web Page Blocked!</h2>Attack ID: 20000051" + LONG)),
    "reCAPTCHA": Block(html("Verification required", '<div class="g-recaptcha" data-sitekey="sample"></div>' + LONG)),
    "hCaptcha": Block(html("One more step", '<div class="h-captcha" data-sitekey="sample"></div>' + LONG)),
    "unusual traffic": Block(html("Unusual traffic detected", LONG)),
    "a proxy of the office": Block(
        html("Internet Security by Sample", "<p>This site is not allowed by your organisation's policy.</p>" + LONG)
    ),
    "a proxy of the office, elsewhere": sent_to("https://gateway.sample-proxy.example/block?u=1"),
    "a waiting room elsewhere": sent_to("https://sample.queue-it.example/?c=fda"),
    "a waiting room in place": Block(
        html("You are now in line", "<p>Your estimated wait time is 4 minutes.</p>" + LONG)
    ),
    "Drupal maintenance, 503": Block(html("Site under maintenance", "<h1>Site under maintenance</h1>" + LONG, 503)),
    "Drupal maintenance, 200": Block(html("Site under maintenance", "<h1>Site under maintenance</h1>" + LONG)),
    "Drupal unexpected error, 500": Block(bare(UNEXPECTED, 500)),
    "Drupal unexpected error, 200": Block(bare(UNEXPECTED + " " * 300)),
    "Varnish guru, 503": Block(
        html("503 Backend fetch failed", "<h3>Guru Meditation:</h3><p>XID: 32770</p>" + LONG, 503)
    ),
    "Varnish guru, 200": Block(html("503 Backend fetch failed", "<h3>Guru Meditation:</h3><p>XID: 32770</p>" + LONG)),
    "nginx 403": Block(html("403 Forbidden", "<center><h1>403 Forbidden</h1></center><hr><center>nginx</center>", 403)),
    "nginx 502": Block(
        html("502 Bad Gateway", "<center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center>", 502)
    ),
    "nginx 503": Block(html("503 Service Temporarily Unavailable", "<center>nginx</center>", 503)),
    "nginx 504": Block(html("504 Gateway Time-out", "<center>nginx</center>", 504)),
    "nginx 503 as 200": Block(html("503 Service Temporarily Unavailable", "<center>nginx</center>" + LONG)),
    "login, asked for": Block(bare("Unauthorized", 401, WWW_Authenticate="Basic")),
    "login, sent to": sent_to("/user/login", LOGIN),
    "login in place": Block(LOGIN),
    "login on another host": sent_to("https://sso.sample-login.example/authorize"),
    "consent, sent to": sent_to("/consent", CONSENT),
    "consent in place": Block(CONSENT),
    "home page, sent to": sent_to("/", html("Home", SHELL + LONG)),
    "sorry, in English": Block(html("Sorry", "<h1>Sorry</h1>" + LONG)),
    "sorry, in French": Block(
        html("Nous sommes désolés", "<h1>Désolé</h1><p>Cette page est temporairement indisponible.</p>" + LONG)
    ),
    "sorry under the site's own name": Block(
        html("Canada.ca", "<main><h1>Sorry</h1><p>Please try again later.</p></main>" + LONG)
    ),
    "sorry under the letter's name": Block(html("Warning Letters | FDA", SHELL + LONG)),
    "unavailable, in French": Block(
        html("Service temporairement indisponible", "<p>Veuillez réessayer plus tard.</p>" + LONG)
    ),
    "429 without a word": Block(bare("", 429)),
    "429 until tomorrow": Block(bare("Too Many Requests", 429, "text/plain", Retry_After="86400")),
    "429 as 200": Block(bare("Too many requests, slow down.\n" * 20, 200, "text/plain")),
    "503 until tomorrow": Block(bare("", 503, Retry_After="86400")),
    "503 as text": Block(bare("upstream connect error or disconnect/reset before headers", 503, "text/plain")),
    "451": Block(html("Unavailable For Legal Reasons", LONG, 451)),
    "empty, 200": Block(bare("")),
    "blanks, 200": Block(bare(" \n" * 400)),
    "JSON error, 200": Block(
        bare(json.dumps({"error": "rate limit exceeded", "detail": "x" * 300}), 200, "application/json")
    ),
    "JSON error, 403": Block(bare('{"message":"Forbidden"}', 403, "application/json")),
    "XML error, 200": Block(
        bare(
            f"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Note>{'x' * 300}</Note></Error>",
            200,
            "application/xml",
        )
    ),
    "site error, 200": Block(html("FDA Internet Site Error", "<h1>FDA Internet Site Error</h1>" + LONG)),
    "a shell without its settings": Block(html("Warning Letter | FDA", SHELL * 20)),
}
"""Every kind, by name."""
