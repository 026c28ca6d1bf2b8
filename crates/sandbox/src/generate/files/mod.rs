//! Attachments: small, valid files whose bytes depend only on the seed.

mod csv;
mod docx;
mod pdf;
mod png;

use super::lang::Language;
use super::rng::Rng;

/// A file to attach.
#[derive(Debug, Clone)]
pub(super) struct File {
    pub name: String,
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

/// A document of some kind, of 5 to 200 KB; most are small.
pub(super) fn document(language: &Language, rng: &mut Rng) -> File {
    let name = rng.pick(language.files);
    let size = size(rng);
    let (extension, media_type, bytes) = match rng.below(4) {
        0 => ("pdf", "application/pdf", pdf::write(size, rng)),
        1 => ("csv", "text/csv", csv::write(size, rng)),
        2 => ("png", "image/png", png::photo(size, rng)),
        _ => {
            ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx::write(size, rng))
        }
    };
    File { name: format!("{name}.{extension}"), media_type, bytes }
}

/// A receipt as PDF.
pub(super) fn receipt(number: &str, rng: &mut Rng) -> File {
    File {
        name: format!("receipt-{number}.pdf"),
        media_type: "application/pdf",
        bytes: pdf::write(6_000 + rng.below(9_000), rng),
    }
}

/// A small picture to be shown inside a letter.
pub(super) fn picture(rng: &mut Rng) -> File {
    let name = format!("image{:03}.png", 1 + rng.below(9));
    File { name, media_type: "image/png", bytes: png::picture(rng) }
}

/// In bytes: a fifth are up to 200 KB, the others a few dozen.
fn size(rng: &mut Rng) -> usize {
    let top = [20_000, 20_000, 40_000, 60_000, 60_000, 195_000][rng.below(6)];
    5_000 + rng.below(top).min(rng.below(top))
}
