package dev.aloft.server.uploads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class ServedNameTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "team.pl.png",
                "data.log.pdf",
                "brochure.v2.py.pdf",
                "dump.sql.PNG",
                "Film.cgi.mp4",
                "song.ini.mp3",
                "letter.asp.docx",
                "php.jpg",
                "php/cat.jpg"
            })
    void servesPicturesAndDocumentsWhoseLastEndingIsTheirType(String path) {
        assertThat(ServedName.isServed(List.of(path.split("/")))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x.pl",
                "x.php.jpg",
                "x.PHP7.jpg",
                "x.phtml.pdf",
                "x.phar.png",
                "a.htaccess.png",
                "x.pl.svg",
                "x.log.txt",
                "db.sql.gz",
                "db.sql.zip",
                "x.pl.html",
                "x.png.pl",
                "x.pl.png;.pl",
                "x.asp;.jpg",
                "x.pl::$DATA.png",
                "x.pl .png",
                "x.pl;.png.",
                "x.py.png ",
                "x.pl.png\u200b",
                "x.pl.png/a.png",
                "team.pl.png/x.txt",
                ".env.png"
            })
    void refusesWhatSomeServerCouldRunOrIsSecret(String path) {
        assertThat(ServedName.isServed(List.of(path.split("/")))).isFalse();
    }
}
