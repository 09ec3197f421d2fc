package dev.aloft.backup.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.backup.DatabasePart;
import dev.aloft.bulk.Progress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Each command with the permissions that `docs/how-to/back-up-the-database.md` names for it, and no others.
@ParameterizedClass
@EnumSource(Maker.class)
@Timeout(300)
final class DatabasePrivilegesTest {

    private static final Path PAGE =
            Path.of(System.getProperty("aloft.root")).resolve("docs/how-to/back-up-the-database.md");
    private static final Pattern BLOCK = Pattern.compile("(?s)```sql\n(.*?)```");

    @TempDir
    Path top;

    private final Maker maker;

    DatabasePrivilegesTest(Maker maker) {
        TestServer.assumeInstalled(maker);
        this.maker = maker;
    }

    /// The statements of the page, command by command. Those for MariaDB come first.
    private List<String> stages() throws IOException {
        Matcher block = BLOCK.matcher(Files.readString(PAGE));
        assertThat(block.find() && (maker == Maker.MARIADB || block.find())).isTrue();
        List<String> stages = new ArrayList<>(List.of(block.group(1).split("(?m)^-- ")));
        assertThat(stages.removeFirst()).isEmpty();
        assertThat(stages.stream().map(stage -> stage.lines().findFirst().orElseThrow()))
                .containsExactly(
                        "aloft backup create",
                        "aloft backup follow",
                        "aloft backup restore --only database",
                        "aloft backup restore --only database --to");
        return stages.stream()
                .map(stage -> stage.substring(stage.indexOf('\n')))
                .toList();
    }

    @Test
    void eachCommandNeedsWhatThePageNames() throws Exception {
        List<String> stages = stages();
        try (TestServer server = TestServer.start(top, maker)) {
            server.database("shop");
            SiteContent.make(server, "shop");
            List<String> before = SiteContent.of(server, "shop");
            Path options = Files.writeString(
                    top.resolve("shop.cnf"), "[client]\nuser = aloft\npassword = secret\nsocket = " + server.socket());
            server.sql(stages.get(0));
            DatabaseAccess aloft =
                    DatabaseAccess.of(options, Optional.of("shop")).withPrograms(server.programs());
            ByteArrayOutputStream dump = new ByteArrayOutputStream();
            DatabasePart part = DatabaseDump.write(aloft, dump);
            server.sql(stages.get(1));
            LogSource source = LogSource.of(aloft);
            assertThat(source.look().end().offset()).isPositive();
            requireLogIsRead(source);
            assertThat(DatabaseDump.write(aloft, OutputStream.nullOutputStream())
                            .position())
                    .isPresent();
            server.sql(stages.get(2) + "USE shop; DELETE FROM wp_child");
            new DatabaseLoad(aloft, part, () -> new ByteArrayInputStream(dump.toByteArray()))
                    .run("a restoration", new Progress());
            assertThat(SiteContent.of(server, "shop")).isEqualTo(before);
            server.sql(stages.get(3));
            DatabaseLoad.execute(
                    aloft, "replay", """
                    SET @@session.pseudo_thread_id = 5; SET TIMESTAMP = 1;
                    /*!80000 SET @@SESSION.PSEUDO_SLAVE_MODE = 1, @@SESSION.GTID_NEXT = 'AUTOMATIC' */;
                    /*!80013 SET @@session.sql_require_primary_key = 0 */;
                    BINLOG '
                    """ + description(source.look().end().file()) + "'");
        }
    }

    private void requireLogIsRead(LogSource source) throws IOException {
        Path folder = Files.createDirectory(top.resolve("log"));
        List<String> arguments = List.of(
                "--read-from-remote-server",
                "--raw",
                "--result-file=" + folder + "/",
                source.look().end().file());
        try (ClientRun run = ClientRun.start(source.access(), ClientPrograms.Tool.LOG, arguments)) {
            run.requireSuccess("read the log");
        }
        assertThat(source.oldest().file()).isNotEmpty();
    }

    /// The first event of a log, as `mariadb-binlog` prints it.
    private String description(String file) throws IOException {
        byte[] log = Files.readAllBytes(top.resolve("log").resolve(file));
        long length = new LogEvent(Arrays.copyOfRange(log, 4, 4 + LogEvent.HEADER_BYTES)).length();
        return Base64.getMimeEncoder(76, new byte[] {'\n'})
                .encodeToString(Arrays.copyOfRange(log, 4, 4 + (int) length));
    }
}
