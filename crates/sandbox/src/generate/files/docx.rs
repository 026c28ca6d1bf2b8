//! A word-processor document: a ZIP (APPNOTE 6.3) of stored XML files.

use crate::generate::mime::crc32;
use crate::generate::rng::Rng;

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;

const PARAGRAPHS: [&str; 5] = [
    "The parties met and went through the list point by point.",
    "It was agreed that the old version stays in force until the new one is signed.",
    "Costs are shared in equal parts; travel is not included.",
    "Questions about this paper should reach the office before the end of the month.",
    "The next meeting takes place in the usual room.",
];

pub(super) fn write(size: usize, rng: &mut Rng) -> Vec<u8> {
    let document = body(size.saturating_sub(TYPES.len() + RELATIONS.len() + 500), rng);
    let files = [
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", RELATIONS.as_bytes()),
        ("word/document.xml", document.as_bytes()),
    ];
    zip(&files)
}

fn body(size: usize, rng: &mut Rng) -> String {
    let mut xml = String::with_capacity(size + 300);
    xml.push_str(r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>"#);
    while xml.len() < size {
        xml.push_str(&format!("<w:p><w:r><w:t>{} ({})</w:t></w:r></w:p>", rng.pick(&PARAGRAPHS), rng.below(1_000)));
    }
    xml + "</w:body></w:document>"
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, data) in files {
        let offset = small(out.len());
        let common = common_fields(name, data);
        out.extend_from_slice(b"PK\x03\x04");
        out.extend_from_slice(&common);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(data);
        directory.extend_from_slice(b"PK\x01\x02\x14\x00");
        directory.extend_from_slice(&common);
        directory.extend_from_slice(&[0; 10]); // comment, disk, attributes
        directory.extend_from_slice(&offset.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let count = u16::try_from(files.len()).unwrap_or(u16::MAX).to_le_bytes();
    let start = small(out.len());
    out.extend_from_slice(&directory);
    out.extend_from_slice(b"PK\x05\x06\x00\x00\x00\x00");
    out.extend_from_slice(&count);
    out.extend_from_slice(&count);
    out.extend_from_slice(&small(directory.len()).to_le_bytes());
    out.extend_from_slice(&start.to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out
}

/// Version, flags, method (stored), time and date (1 January 2026), checksum, sizes, lengths of name and extra field.
fn common_fields(name: &str, data: &[u8]) -> Vec<u8> {
    let mut fields = vec![0x14, 0, 0, 0, 0, 0, 0, 0, 0x21, 0x5C];
    fields.extend_from_slice(&crc32(data).to_le_bytes());
    fields.extend_from_slice(&small(data.len()).to_le_bytes());
    fields.extend_from_slice(&small(data.len()).to_le_bytes());
    fields.extend_from_slice(&u16::try_from(name.len()).unwrap_or(u16::MAX).to_le_bytes());
    fields.extend_from_slice(&[0, 0]);
    fields
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
