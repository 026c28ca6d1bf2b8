//! Where the links of a document stand, its pictures, and the end of its body.

use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;

use lol_html::html_content::{Attribute, Element};
use lol_html::{EndTagHandler, RewriteStrSettings, element, rewrite_str};

/// What was found, in the order it stands.
#[derive(Default)]
pub(super) struct Found {
    pub(super) links: Vec<Link>,
    pub(super) pictures: Vec<Picture>,
    /// In front of the tag that ends the body, or the end of the document.
    pub(super) end: usize,
}

/// A link with a target.
pub(super) struct Link {
    /// Its target, without quotes.
    pub(super) value: Range<usize>,
    /// Its author does not want it marked.
    pub(super) exempt: bool,
}

/// A picture with a source.
pub(super) struct Picture {
    pub(super) tag: Range<usize>,
    pub(super) value: Range<usize>,
}

/// Reads a document.
pub(super) fn find(html: &str) -> Found {
    let (mut links, mut pictures) = (Vec::new(), Vec::new());
    let end = Rc::new(Cell::new(None));
    let seen = end.clone();
    let settings = RewriteStrSettings::new()
        // Ambiguous documents are read as well as they can be.
        .with_strict(false)
        .append_element_content_handler(element!("a[href], area[href]", |link| {
            let exempt = link.has_attribute("no-track");
            links.extend(value(link, "href").map(|value| Link { value, exempt }));
            Ok(())
        }))
        .append_element_content_handler(element!("img[src]", |picture| {
            let tag = picture.source_location().bytes();
            pictures.extend(value(picture, "src").map(|value| Picture { tag, value }));
            Ok(())
        }))
        .append_element_content_handler(element!("body", |body| {
            let seen = seen.clone();
            let note: EndTagHandler<'static> = Box::new(move |tag| {
                seen.set(Some(tag.source_location().bytes().start));
                Ok(())
            });
            // One that cannot have content has no end.
            if let Some(handlers) = body.end_tag_handlers() {
                handlers.push(note);
            }
            Ok(())
        }));
    // No handler fails and no memory limit is set; if reading breaks off all the same, what was found until then stands.
    if let Err(error) = rewrite_str(html, settings) {
        debug_assert!(false, "{error}");
    }
    Found { links, pictures, end: end.get().unwrap_or(html.len()) }
}

/// Where the value of an attribute stands, if it has one.
fn value(element: &Element<'_, '_>, name: &str) -> Option<Range<usize>> {
    let attribute = element.attributes().iter().find(|attribute| attribute.name() == name);
    attribute.and_then(Attribute::value_source_location).map(|location| location.bytes())
}
