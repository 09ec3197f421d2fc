package dev.aloft.backup.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
final class WpConfigFileTest {

    @TempDir
    Path folder;

    private WpConfigFile config(String php) throws IOException {
        return WpConfigFile.read(Files.writeString(folder.resolve("wp-config.php"), php));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'plain'|plain",
                "'it\\'s \\\\ \\n $x'|it's \\ \\n $x",
                "\"\\\"q\\\" \\$x \\\\ \\x41\\101\\u{e9}\\xc3\\xa9é\"|\"q\" $x \\ AAééé",
                "/* a */ 'x' // b|x",
            })
    void aLiteralIsReadAsPhpReadsIt(String literal, String value) throws IOException {
        assertThat(config("<?php\ndefine( 'DB_PASSWORD',\n " + literal + "\n );")
                        .value("DB_PASSWORD"))
                .isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "getenv('DB_PASSWORD')",
                "$_ENV['x']",
                "'a' . 'b'",
                "\"pass$word\"",
                "\"{$word}\"",
                "SOME_CONSTANT",
                "getenv_docker('WORDPRESS_DB_PASSWORD', 'example password')"
            })
    void aComputedValueIsRefusedWithoutItsText(String expression) throws IOException {
        WpConfigFile config = config("<?php define('DB_PASSWORD', " + expression + ");");
        assertThatThrownBy(() -> config.value("DB_PASSWORD"))
                .isInstanceOf(DatabaseException.class)
                .hasMessageEndingWith("computes DB_PASSWORD, and Aloft does not run PHP")
                .extracting(e -> ((DatabaseException) e).advice())
                .asString()
                .contains("option file");
    }

    @Test
    void commentsStringsAndHeredocsSetNothing() throws IOException {
        WpConfigFile config = config("""
                define('DB_NAME', 'before php');
                <?php
                # define('DB_NAME', 'comment');
                // define('DB_NAME', 'comment');
                /* define('DB_NAME', 'comment'); */
                $text = "define('DB_NAME', 'text');";
                $more = <<<'EOT'
                define('DB_NAME', 'heredoc');
                EOT;
                define('DB_NAME', 'right');
                $table_prefix  = 'shop_';
                if ($table_prefix == 'x') {}
                ?> define('DB_NAME', 'after php');
                """);
        assertThat(config.value("DB_NAME")).isEqualTo("right");
        assertThat(config.value("$table_prefix")).isEqualTo("shop_");
        assertThat(config.optionalValue("DB_HOST")).isEmpty();
    }

    @Test
    void twoValuesOfOneNameAreRefused() throws IOException {
        WpConfigFile config = config("<?php if (X) { define('DB_NAME', 'a'); } else { define('DB_NAME', 'b'); }");
        assertThatThrownBy(() -> config.value("DB_NAME")).hasMessageEndingWith("sets DB_NAME to several values");
    }

    @Test
    void aFileThatIsMissingOrSetsNothingIsNamed() throws IOException {
        assertThatThrownBy(() -> WpConfigFile.read(folder.resolve("none.php")))
                .isInstanceOf(DatabaseException.class)
                .hasMessage("there is no " + folder.resolve("none.php"));
        assertThatThrownBy(() -> config("<?php").value("DB_USER")).hasMessageEndingWith("does not set DB_USER");
    }

    @ParameterizedTest
    @CsvSource({
        "localhost,localhost,,",
        "db.example,db.example,,",
        "db:3307,db,3307,",
        "localhost:/run/my.sock,localhost,,/run/my.sock",
        ":/run/my.sock,localhost,,/run/my.sock",
        "[::1]:3307,::1,3307,",
        "::1,::1,,"
    })
    void aHostIsReadAsWordPressReadsIt(String text, String host, Integer port, String socket) {
        assertThat(DatabaseHost.parse(text))
                .isEqualTo(new DatabaseHost(host, Optional.ofNullable(port), Optional.ofNullable(socket)));
    }
}
