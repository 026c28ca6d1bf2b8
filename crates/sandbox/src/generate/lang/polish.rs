//! Polish.

use super::{Language, Topic};

pub(super) static LANGUAGE: Language = Language {
    code: "pl",
    offset_hours: 1,
    charsets: &["iso-8859-2", "windows-1250"],
    given: &[
        ("Łukasz", "lukasz"),
        ("Małgorzata", "malgorzata"),
        ("Wojciech", "wojciech"),
        ("Agnieszka", "agnieszka"),
        ("Błażej", "blazej"),
    ],
    family: &[
        ("Wójcik", "wojcik"),
        ("Kowalczyk", "kowalczyk"),
        ("Zięba", "zieba"),
        ("Dąbek", "dabek"),
        ("Śliwa", "sliwa"),
        ("Gołąb", "golab"),
    ],
    family_first: false,
    name_gap: " ",
    greetings: &["Cześć {to},", "Dzień dobry,", "Hej {to}!", "Witaj {to},"],
    closings: &["Pozdrawiam\n{me}", "Serdeczności\n{me}", "Do zobaczenia\n{me}", "Z poważaniem\n{me}"],
    attribution: "W dniu {date} {who} pisze:",
    reply_prefix: "Odp",
    days: ["w poniedziałek", "we wtorek", "w środę", "w czwartek", "w piątek", "w sobotę", "w niedzielę"],
    places: &["na dworcu", "w biurze", "u nas", "w kawiarni na rogu", "przed kinem"],
    files: &["Oferta", "Zestawienie kosztów", "Umowa najmu", "Zdjęcia z wycieczki", "Protokół"],
    topics: &[
        Topic {
            subjects: &["Przesunięcie spotkania", "Zestawienie kosztów", "Pytanie o ofertę", "Notatki ze środy"],
            says: &[
                "Czy możemy spotkać się {day} o {time}?",
                "Przejrzałem ofertę i dopisałem {n} uwag.",
                "Klient czeka na odpowiedź do końca tygodnia.",
                "Liczby na stronie {n} się nie zgadzają.",
                "Najnowsza wersja jest w pliku {file}.",
                "Nie chodzi o cenę, tylko o termin.",
            ],
            answers: &[
                "Pasuje mi.",
                "Niestety {day} jestem w podróży.",
                "Dziękuję, rzeczywiście brakowało {n} złotych.",
                "Zadzwonię o {time}.",
                "Przepraszam za późną odpowiedź.",
            ],
        },
        Topic {
            subjects: &["Wyjazd w góry", "Urodziny babci", "Bilety na pociąg", "Przepis na żurek"],
            says: &[
                "Macie czas w weekend?",
                "Pociąg odjeżdża o {time}, spotkajmy się {place}.",
                "Babcia pyta, kiedy przyjedziecie.",
                "Weźcie ciepłe rzeczy, w górach leży śnieg.",
                "Znalazłam {n} starych zdjęć na strychu.",
                "Możecie oczywiście przenocować u nas.",
            ],
            answers: &[
                "Bardzo chętnie!",
                "Szkoda, {day} pracuję.",
                "Co mam przynieść?",
                "Zdjęcia są przepiękne.",
                "Pozdrów wszystkich.",
            ],
        },
        Topic {
            subjects: &["Awaria ogrzewania", "Paczka u sąsiada", "Faktura {n}/2026"],
            says: &[
                "Ogrzewanie znowu nie działa.",
                "Paczka czeka {place}.",
                "Hydraulik przyjdzie {day} przed {time}.",
                "Proszę o wpłatę w ciągu {n} dni.",
            ],
            answers: &[
                "Dziękuję za wiadomość.",
                "Będę w domu od {time}.",
                "Przelew wyszedł dziś rano.",
                "Trzeba zapytać właściciela.",
            ],
        },
    ],
    rtl: false,
};
