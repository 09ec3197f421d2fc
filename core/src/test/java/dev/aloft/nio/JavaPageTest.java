package dev.aloft.nio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.lab.Command;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Follows `docs/how-to/java.md` from an empty Maven project: its dependency, its code, on a plain class path.
@Tag("slow")
final class JavaPageTest {

    private static final Path ROOT = Path.of(System.getProperty("aloft.root"));
    private static final Duration MAVEN_LIMIT = Duration.ofMinutes(10);
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(java|xml)\\n(.*?)^```");

    private static final String PROGRAM = """
            import dev.aloft.nio.S3Files;
            import java.io.*;
            import java.net.URI;
            import java.nio.file.*;
            import java.util.Map;
            import java.util.stream.Stream;

            public class Main {
                public static void main(String[] how) throws Exception {
                    switch (how[0]) {
                        case "environment" -> environment();
                        case "settings" -> settings();
                        default -> loader(Map.of());
                    }
                }

                static void environment() throws Exception {
                    Path from = Path.of(URI.create("s3://media/drafts"));
                    Path to = Path.of(URI.create("s3://media/final"));
                    Files.writeString(from.resolve("one"), "1");
                    Files.writeString(Path.of(URI.create("s3://media/2025/old")), "old");
                    // USE
                    // WHOLE
                    System.out.println(Files.readString(to.resolve("one")) + Files.exists(from)
                            + Files.exists(Path.of(URI.create("s3://media/2025"))) + Files.readString(report));
                }

                static void export(OutputStream out) throws IOException {
                    out.write("exported".getBytes());
                }

                static void settings() throws Exception {
                    // SETTINGS
                    System.out.println(Files.readString(media.getPath("/final/one")));
                }

                static void loader(Map<String, ?> settings) throws Exception {
                    // LOADER
                    System.out.println(Files.readString(report));
                }
            }
            """;

    @TempDir
    private Path folder;

    @Test
    void thePageWorksAsWritten() throws IOException {
        Path repository = install();
        Path project = project(Files.readString(ROOT.resolve("docs/how-to/java.md")));
        Command.of(
                        ROOT.resolve("mvnw").toString(),
                        "--quiet",
                        "-Dmaven.repo.local=" + repository,
                        "-Dmaven.repo.local.tail=" + Path.of(System.getProperty("user.home"), ".m2", "repository"),
                        "compile",
                        "dependency:build-classpath",
                        "-Dmdep.outputFile=classpath")
                .withFolder(project)
                .withEnvironment("JAVA_HOME", System.getProperty("java.home"))
                .withLimit(MAVEN_LIMIT)
                .run();

        try (EmbeddedS3 s3 = EmbeddedS3.start(
                Files.createDirectory(folder.resolve("s3")), new S3Credentials("aloft", "not-a-secret"))) {
            s3.createBucket("media");
            String endpoint = s3.endpoint().toString();
            assertThat(run(project, endpoint, "environment")).isEqualTo("/2026/report.csv\n1falsefalselocal");
            assertThat(run(project, endpoint, "settings")).isEqualTo("1");
            assertThat(run(project, endpoint, "loader")).isEqualTo("local");
        }
    }

    /// A local repository that has `aloft-core` as the build has just made it, with its parent.
    private Path install() throws IOException {
        String build = Files.readString(ROOT.resolve("pom.xml"));
        Matcher version = Pattern.compile("<version>(.+?)</version>").matcher(build);
        assertThat(version.find()).isTrue();
        Path repository = folder.resolve("repository");
        Path parent = Files.createDirectories(repository.resolve("dev/aloft/aloft/" + version.group(1)));
        Files.copy(ROOT.resolve("pom.xml"), parent.resolve("aloft-" + version.group(1) + ".pom"));
        Path core = Files.createDirectories(repository.resolve("dev/aloft/aloft-core/" + version.group(1)));
        String name = "aloft-core-" + version.group(1);
        Files.copy(ROOT.resolve("core/pom.xml"), core.resolve(name + ".pom"));
        Files.copy(ROOT.resolve("core/target/" + name + ".jar"), core.resolve(name + ".jar"));
        return repository;
    }

    private Path project(String page) throws IOException {
        List<String> blocks =
                BLOCK.matcher(page).results().map(block -> block.group(2)).toList();
        Path local = Files.writeString(folder.resolve("report.csv"), "local");
        Path project = Files.createDirectory(folder.resolve("project"));
        Files.writeString(project.resolve("pom.xml"), """
                <project>
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>com.example</groupId>
                  <artifactId>reports</artifactId>
                  <version>1</version>
                  <properties>
                    <maven.compiler.release>25</maven.compiler.release>
                    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
                  </properties>
                  <dependencies>
                %s
                  </dependencies>
                </project>
                """.formatted(only(blocks, "<dependency>")));
        Path sources = Files.createDirectories(project.resolve("src/main/java"));
        String program = PROGRAM.replace("// USE", only(blocks, "Files.writeString(report"))
                .replace("// WHOLE", only(blocks, "S3Files.write(").replace("/tmp/report.csv", local.toString()))
                .replace(
                        "// SETTINGS",
                        only(blocks, "https://s3.example.com")
                                .replace("\"https://s3.example.com\"", "System.getenv(\"ALOFT_S3_ENDPOINT\")")
                                .replace("\"ceph\"", "\"embedded\""))
                .replace("// LOADER", only(blocks, "getClassLoader()"));
        Files.writeString(sources.resolve("Main.java"), program);
        return project;
    }

    private static String only(List<String> blocks, String part) {
        List<String> found =
                blocks.stream().filter(block -> block.contains(part)).toList();
        assertThat(found).as("blocks of the page with %s", part).hasSize(1);
        return found.getFirst();
    }

    private static String run(Path project, String endpoint, String how) throws IOException {
        return Command.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        project.resolve("target/classes")
                                + File.pathSeparator
                                + Files.readString(project.resolve("classpath")).strip(),
                        "Main",
                        how)
                .withEnvironment("ALOFT_S3_ENDPOINT", endpoint)
                .withEnvironment("ALOFT_S3_PROVIDER", "embedded")
                .withEnvironment("AWS_ACCESS_KEY_ID", "aloft")
                .withEnvironment("AWS_SECRET_ACCESS_KEY", "not-a-secret")
                .run();
    }
}
