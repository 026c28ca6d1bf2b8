//! The contract's `messages/clean`: what the author wrote, without quotes, signatures and clutter.
//!
//! HTML comes out sanitised (or as Markdown), plain text as plain text. Recognition is by what mail programs write
//! (`marks`), never by guessing at prose; what is not recognised stays.

mod marks;
mod plain;
mod rich;

/// What to leave out. Defaults are the contract's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// Drop links, keep their text.
    pub ignore_links: bool,
    /// Drop images.
    pub ignore_images: bool,
    /// Images that stay become Markdown.
    pub images_as_markdown: bool,
    /// Drop tables' markup, keep their text.
    pub ignore_tables: bool,
    /// Drop closing phrases ("Best regards, ...") and signatures.
    pub remove_conclusion_phrases: bool,
    /// Give Markdown instead of HTML.
    pub html_as_markdown: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            ignore_links: true,
            ignore_images: true,
            images_as_markdown: true,
            ignore_tables: true,
            remove_conclusion_phrases: true,
            html_as_markdown: false,
        }
    }
}

/// The conversation part of a body.
pub fn clean(body: &model::message::Body, options: Options) -> String {
    if body.html { rich::clean(&body.text, options) } else { plain::clean(&body.text, options) }
}

#[cfg(test)]
mod tests;
