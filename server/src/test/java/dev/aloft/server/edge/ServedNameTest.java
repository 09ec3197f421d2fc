package dev.aloft.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ServedNameTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/x.php",
                "/x.pHp5",
                "/x.phtml",
                "/x.pht",
                "/x.phps",
                "/x.phar",
                "/x.shtml",
                "/x.cgi",
                "/x.pl",
                "/x.py",
                "/x.asp",
                "/x.aspx",
                "/x.jsp",
                "/x.cfm",
                "/x.php.jpg",
                "/x.php%20.jpg",
                "/x.php.",
                "/x.php..",
                "/x.php%20",
                "/x.%20php",
                "/x.jpg/y.php",
                "/x.php/y.jpg",
                "/x.PHP7/",
                "/a/.htaccess",
                "/.htpasswd",
                "/.env",
                "/prod.env",
                "/.git/config",
                "/repo.git/config",
                "/.svn/x",
                "/.user.ini",
                "/php.ini",
                "/.x.jpg"
            })
    void aNameThatCouldExecuteOrIsSecretIsNotServed(String raw) {
        assertThat(ServedName.isServed(UrlPath.of(raw))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/cat.jpg",
                "/php.png",
                "/git.svg",
                "/php/cat.jpg",
                "/a.tar.gz",
                "/cat",
                "/x.phpx.jpg",
                "/xphp.jpg",
                "/2026/11/cat-300x200.jpg",
                "/a..b.jpg",
                "/index.html"
            })
    void everyOtherNameIsServed(String raw) {
        assertThat(ServedName.isServed(UrlPath.of(raw))).isTrue();
    }
}
