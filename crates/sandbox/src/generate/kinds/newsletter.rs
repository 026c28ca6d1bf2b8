//! Newsletters: list headers, a text version and a big HTML version.

use super::super::letter::{escape, wrap};
use super::super::mime::{Part, TextStyle, text_part};
use super::super::plan::{Kind, Slot};
use super::super::{Mailbox, Person, labels};
use super::press::{PRESSES, Press};
use super::{charset, message_id};
use crate::generate::draft::Draft;
use crate::generate::lang::LANGUAGES;
use crate::generate::rng::Rng;

struct Article {
    headline: &'static str,
    text: String,
    link: String,
}

pub(super) fn draft(mailbox: &Mailbox, slot: &Slot) -> Draft {
    let mut rng = Rng::new(mailbox.seed, "newsletter", slot.story);
    let press = &PRESSES[rng.below(PRESSES.len())];
    let language = LANGUAGES.iter().find(|language| language.code == press.language).copied().unwrap_or(LANGUAGES[0]);
    let headlines = rng.shuffled(press.headlines);
    let articles: Vec<Article> =
        headlines[..3 + rng.below(4)].iter().map(|headline| article(press, headline, &mut rng)).collect();
    let style = TextStyle { charset: charset(language, &mut rng), flowed: false };
    let from = Person { name: press.brand.into(), email: format!("letter@{}", press.domain) };
    let token = rng.hex(24);
    let text = plain(press, &articles, &token);
    let parts = vec![
        text_part("plain", &text, style, &mut rng),
        text_part("html", &html(press, &articles, &token), style, &mut rng),
    ];
    Draft {
        language,
        charset: style.charset,
        to: vec![mailbox.owner.clone()],
        cc: Vec::new(),
        subject: Some(rng.pick(press.subjects).to_owned()),
        message_id: message_id(mailbox, slot.story, 0, &from),
        references: Vec::new(),
        extra: list_headers(press, &token, &mut rng),
        body: Part::multi("alternative", "", parts, &mut rng),
        text: Some(text),
        files: Vec::new(),
        labels: labels::incoming(Kind::Newsletter, &mut rng),
        received: true,
        from,
    }
}

fn article(press: &Press, headline: &'static str, rng: &mut Rng) -> Article {
    let joint = if press.language == "ja" { "" } else { " " };
    let sentences = rng.shuffled(press.sentences);
    let text = sentences[..3 + rng.below(4)].join(joint);
    Article { headline, text, link: format!("https://{}/r/{}", press.domain, rng.hex(32)) }
}

fn list_headers(press: &Press, token: &str, rng: &mut Rng) -> Vec<(&'static str, String)> {
    let domain = press.domain;
    vec![
        ("List-Id", format!("<letter.{domain}>")),
        ("List-Unsubscribe", format!("<https://{domain}/leave/{token}>,\r\n <mailto:leave-{token}@{domain}>")),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".into()),
        ("Feedback-ID", format!("{}:{}:letter:{domain}", rng.below(99_999), rng.below(9_999))),
        ("Precedence", "bulk".into()),
        ("X-Report-Abuse", format!("<https://{domain}/abuse/{token}>")),
    ]
}

fn plain(press: &Press, articles: &[Article], token: &str) -> String {
    let mut text = format!("{}\r\n{}\r\n\r\n", press.brand, "=".repeat(60));
    for article in articles {
        text.push_str(&format!(
            "* {}\r\n\r\n{}\r\n{}: {}\r\n\r\n",
            article.headline,
            wrap(&article.text, 70, false),
            press.more,
            article.link
        ));
    }
    text + &format!("--\r\n{}: https://{}/leave/{token}\r\n", press.leave, press.domain)
}

const STYLE: &str = "body{margin:0;padding:0;background:#f4f1ea;font-family:Georgia,'Times New Roman',serif;-webkit-text-size-adjust:100%}\r\n\
table{border-collapse:collapse;mso-table-lspace:0;mso-table-rspace:0}\r\nimg{border:0;height:auto;line-height:100%;outline:none;text-decoration:none}\r\n\
.frame{width:600px;max-width:100%;margin:0 auto;background:#ffffff}\r\n.head{padding:28px 32px;border-bottom:4px double #b8a47e;color:#4b3f2a}\r\n\
.item{padding:20px 32px;border-bottom:1px solid #e6dfd0}\r\n.item h2{margin:0 0 8px;font-size:21px;line-height:1.25;color:#2f2a22}\r\n\
.item p{margin:0 0 12px;font-size:16px;line-height:1.6;color:#44403a}\r\n.button{display:inline-block;padding:10px 18px;background:#7a5c2e;color:#fff!important;text-decoration:none;border-radius:4px}\r\n\
.foot{padding:24px 32px;font-size:12px;line-height:1.5;color:#857c6c}\r\n@media only screen and (max-width:620px){.frame{width:100%!important}.item,.head,.foot{padding-left:16px!important;padding-right:16px!important}}\r\n\
@media (prefers-color-scheme:dark){body{background:#1b1a18}.frame{background:#26241f}.item h2,.item p,.head{color:#eee8dc!important}}\r\n";

fn html(press: &Press, articles: &[Article], token: &str) -> String {
    let brand = escape(press.brand);
    let mut html = String::with_capacity(24_000);
    html.push_str(&format!(
        "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\r\n\
         <html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"{}\">\r\n<head>\r\n<meta name=\"viewport\" content=\"width=device-width\">\r\n\
         <title>{brand}</title>\r\n<style type=\"text/css\">\r\n{STYLE}</style>\r\n</head>\r\n<body>\r\n",
        press.language
    ));
    let lead = articles.first().map(|article| escape(&article.text)).unwrap_or_default();
    html.push_str(&format!(
        "<div style=\"display:none;max-height:0;overflow:hidden;mso-hide:all\">{lead}{}</div>\r\n",
        "&#847;&zwnj;&nbsp;".repeat(40)
    ));
    html.push_str(&format!("<table role=\"presentation\" class=\"frame\" align=\"center\"><tr><td class=\"head\"><h1>{brand}</h1></td></tr>\r\n"));
    for article in articles {
        html.push_str(&item(press, article));
    }
    html + &format!(
        "<tr><td class=\"foot\">{}: <a href=\"https://{domain}/leave/{token}\">{domain}</a><br>{brand}, 12 Example Street</td></tr></table>\r\n\
         <img src=\"https://{domain}/o/{token}.gif\" width=\"1\" height=\"1\" alt=\"\">\r\n</body>\r\n</html>\r\n",
        escape(press.leave),
        domain = press.domain,
    )
}

/// One article in the nested tables that newsletters are built of.
fn item(press: &Press, article: &Article) -> String {
    let (headline, text, link) = (escape(article.headline), escape(&article.text), &article.link);
    format!(
        "<tr>\r\n<td class=\"item\" style=\"padding:20px 32px;border-bottom:1px solid #e6dfd0;font-family:Georgia,serif\">\r\n\
         <!--[if mso]><table role=\"presentation\" width=\"536\"><tr><td><![endif]-->\r\n\
         <table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\">\r\n<tr>\r\n\
         <td width=\"160\" valign=\"top\" style=\"padding:0 16px 0 0\"><a href=\"{link}?p=image\"><img src=\"https://{domain}/i/{id}.jpg\" width=\"160\" height=\"120\" alt=\"{headline}\" style=\"display:block;width:160px;max-width:100%;border-radius:3px\"></a></td>\r\n\
         <td valign=\"top\" style=\"font-size:16px;line-height:1.6;color:#44403a\">\r\n\
         <h2 style=\"margin:0 0 8px;font-size:21px;line-height:1.25;color:#2f2a22\"><a href=\"{link}?p=title\" style=\"color:#2f2a22;text-decoration:none\">{headline}</a></h2>\r\n\
         <p style=\"margin:0 0 12px;font-size:16px;line-height:1.6;color:#44403a\">{text}</p>\r\n\
         <table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr><td bgcolor=\"#7a5c2e\" style=\"border-radius:4px\"><a class=\"button\" href=\"{link}?p=button\" style=\"display:inline-block;padding:10px 18px;color:#ffffff;text-decoration:none\">{more}</a></td></tr></table>\r\n\
         </td>\r\n</tr>\r\n</table>\r\n<!--[if mso]></td></tr></table><![endif]-->\r\n</td>\r\n</tr>\r\n",
        domain = press.domain,
        id = &link[link.len() - 12..],
        more = escape(press.more),
    )
}
