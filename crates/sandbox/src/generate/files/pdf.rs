//! One page of text as PDF 1.4, with a filler stream to reach the size.

use crate::generate::rng::Rng;

const LINES: [&str; 6] = [
    "Prepared for the meeting of the working group.",
    "All amounts are net, in euros.",
    "Please check the figures below and send corrections within a week.",
    "Items marked with a star are new since the last version.",
    "This page was left short on purpose.",
    "Signed copies follow by post.",
];

pub(super) fn write(size: usize, rng: &mut Rng) -> Vec<u8> {
    let page = page_text(rng);
    let filler = hex_lines(size.saturating_sub(page.len() + 700), rng);
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{page}\nendstream", page.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{filler}\nendstream", filler.len()),
    ];
    assemble(&objects)
}

fn page_text(rng: &mut Rng) -> String {
    let mut text = String::from("BT /F1 12 Tf 50 780 Td 16 TL\n");
    for _ in 0..4 + rng.below(12) {
        text.push_str(&format!("({}) Tj T*\n", rng.pick(&LINES)));
        text.push_str(&format!("(Item {}: {}.{:02}) Tj T*\n", 100 + rng.below(900), rng.below(5_000), rng.below(100)));
    }
    text + "ET"
}

fn hex_lines(size: usize, rng: &mut Rng) -> String {
    let mut text = String::with_capacity(size + 80);
    while text.len() < size {
        text.push_str(&rng.hex(64));
        text.push('\n');
    }
    text
}

fn assemble(objects: &[String]) -> Vec<u8> {
    let mut pdf = b"%PDF-1.4\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut table = String::from("0000000000 65535 f \n");
    for (at, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", pdf.len()));
        pdf.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", at + 1).as_bytes());
    }
    let (start, count) = (pdf.len(), objects.len() + 1);
    let trailer =
        format!("xref\n0 {count}\n{table}trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    pdf.extend_from_slice(trailer.as_bytes());
    pdf
}
