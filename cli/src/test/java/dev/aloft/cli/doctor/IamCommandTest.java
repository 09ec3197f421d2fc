package dev.aloft.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.cli.CommandRun;
import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.HostParts;
import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.doctor.DoctorFinding.Grade;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.S3Front;
import dev.aloft.testkit.S3Request;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The policies of agent and edge, with a front before S3 that refuses what a policy does not allow: every request of
/// `aloft doctor` succeeds with it, and some fail without any one of its actions.
@Timeout(180)
final class IamCommandTest {

    private static final Map<String, String> ACTIONS = Map.ofEntries(
            Map.entry("HeadBucket", "s3:ListBucket"),
            Map.entry("ListObjectsV2", "s3:ListBucket"),
            Map.entry("HeadObject", "s3:GetObject"),
            Map.entry("GetObject", "s3:GetObject"),
            Map.entry("PutObject", "s3:PutObject"),
            Map.entry("CopyObject", "s3:PutObject"),
            Map.entry("CreateMultipartUpload", "s3:PutObject"),
            Map.entry("UploadPart", "s3:PutObject"),
            Map.entry("CompleteMultipartUpload", "s3:PutObject"),
            Map.entry("AbortMultipartUpload", "s3:AbortMultipartUpload"),
            Map.entry("DeleteObject", "s3:DeleteObject"));

    @TempDir
    private Path folder;

    private S3Credentials keys;
    private EmbeddedS3 s3;
    private S3Front front;

    @BeforeEach
    void start() throws IOException {
        keys = S3Credentials.random();
        s3 = EmbeddedS3.start(Files.createDirectory(folder.resolve("s3")), keys);
        s3.createBucket("media");
        front = S3Front.before(s3.endpoint());
    }

    @AfterEach
    void stop() throws IOException {
        front.close();
        s3.close();
    }

    @Test
    void theAgentsPolicyAllowsWhatItNeedsAndNoMore() throws Exception {
        assertAllNeeded(policy("agent"), HostParts.ALL);
    }

    @Test
    void anEdgeThatTakesMissingFilesFromAFallbackWritesThem() throws Exception {
        assertAllNeeded(policyOf("[site.fallback]\nuploads = \"old\"", "edge"), HostParts.EDGE);
    }

    @Test
    void anEdgeThatKeepsRenditionsWritesNothingElse() throws Exception {
        putUpload();
        JsonNode policy = policyOf("[pictures]\nkeep = true", "edge");
        assertThat(policy.path("Statement").valueStream())
                .filteredOn(statement -> statement.path("Action").toString().contains("Put"))
                .extracting(statement -> statement.path("Resource").toString())
                .containsExactly("[\"arn:aws:s3:::media/shop/renditions/*\"]");

        assertAllNeeded(policy, HostParts.EDGE);
    }

    private void assertAllNeeded(JsonNode policy, HostParts parts) throws Exception {
        front.on(request -> !isAllowed(policy, request, "")).answer(403, "AccessDenied");
        assertThat(grades(parts)).containsOnly(Grade.OK);

        Set<String> actions = new TreeSet<>();
        policy.path("Statement")
                .forEach(statement -> statement.path("Action").forEach(action -> actions.add(action.asString())));
        actions.remove("s3:AbortMultipartUpload"); // for uploads that fail
        for (String withdrawn : actions) {
            front.calm();
            front.on(request -> !isAllowed(policy, request, withdrawn)).answer(403, "AccessDenied");
            assertThat(grades(parts)).as(withdrawn).contains(Grade.FAILED);
        }
    }

    @Test
    void anEdgeReadsOnly() throws Exception {
        JsonNode policy = policy("edge");
        assertThat(policy.toString()).doesNotContain("Put", "Delete");
        putUpload();

        assertAllNeeded(policy, HostParts.EDGE);
    }

    private void putUpload() throws IOException {
        try (Store store = store()) {
            InputStream body = new ByteArrayInputStream(new byte[1]);
            store.bucket("media")
                    .put(ObjectKey.of("shop/uploads/a.txt"), body, 1, "text/plain", WriteCondition.always());
        }
    }

    @Test
    void anAgentThatTakesBackupsMayWriteThem() throws Exception {
        assertThat(policy("agent").toString()).doesNotContain("backups");
        assertThat(policyOf("every = \"1d\"", "agent").toString())
                .contains("\"arn:aws:s3:::backups\"", "\"arn:aws:s3:::backups/example/*\"");
    }

    @Test
    void anAgentThatTakesBackupsMayDeleteThemOnlyIfItPrunes() throws Exception {
        assertThat(actionsOnBackups("every = \"1d\"")).contains("s3:PutObject").doesNotContain("s3:DeleteObject");
        assertThat(actionsOnBackups("every = \"1d\"\nkeep_daily = 7")).contains("s3:PutObject", "s3:DeleteObject");
    }

    @Test
    void anAgentReachesVersionsOnlyIfAskedTo() throws Exception {
        assertThat(policy("agent").toString()).doesNotContain("s3:GetObjectVersion", "Versioning");
        assertThat(policy("agent", "--versions").path("Statement").toString())
                .contains(
                        "{\"Effect\":\"Allow\",\"Action\":[\"s3:ListBucketVersions\",\"s3:GetBucketVersioning\"],"
                                + "\"Resource\":[\"arn:aws:s3:::media\"]}",
                        "{\"Effect\":\"Allow\",\"Action\":[\"s3:GetObjectVersion\"],"
                                + "\"Resource\":[\"arn:aws:s3:::media/shop/*\"]}",
                        "{\"Effect\":\"Allow\",\"Action\":[\"s3:GetObject\"],"
                                + "\"Resource\":[\"arn:aws:s3:::backups/example/*\"]}",
                        "s3:PutObject");
        assertThat(CommandRun.of("iam", "--part", "edge", "--versions").code()).isEqualTo(2);
    }

    @Test
    void backupsNameTheirOwnBucketAndCephNamesTheUser() throws Exception {
        assertThat(policy("backup", "--user", "arn:aws:iam:::user/aloft").toString())
                .contains(
                        "\"arn:aws:s3:::backups/example/*\"",
                        "\"Principal\":{\"AWS\":[\"arn:aws:iam:::user/aloft\"]}",
                        "s3:GetObjectVersion");
    }

    private String actionsOnBackups(String ofBackup) throws IOException {
        return policyOf(ofBackup, "agent")
                .path("Statement")
                .valueStream()
                .filter(statement -> statement.path("Resource").toString().contains("backups/example/*"))
                .map(statement -> statement.path("Action").toString())
                .collect(Collectors.joining());
    }

    private static boolean isAllowed(JsonNode policy, S3Request request, String withdrawn) {
        String action = ACTIONS.getOrDefault(request.operation(), request.operation());
        String resource = "arn:aws:s3:::media"
                + (Set.of("HeadBucket", "ListObjectsV2").contains(request.operation()) ? "" : "/" + request.key());
        for (JsonNode statement : policy.path("Statement")) {
            boolean has = statement.path("Action").toString().contains('"' + action + '"');
            String pattern = statement.path("Resource").path(0).asString();
            boolean covers = pattern.endsWith("*")
                    ? resource.startsWith(pattern.substring(0, pattern.length() - 1))
                    : resource.equals(pattern);
            if (has && covers && !action.equals(withdrawn)) {
                return true;
            }
        }
        return false;
    }

    private Store store() {
        return Store.open(StoreSettings.at(Provider.EMBEDDED, front.endpoint()), keys.accessKey(), keys.secretKey());
    }

    /// Those that `aloft doctor` gives the requests to the site's bucket, with the configuration of the last policy.
    private List<Grade> grades(HostParts parts) throws Failure, InterruptedException {
        Configuration configuration = Configuration.read(folder.resolve("aloft.toml"), Map.of());
        SiteConfiguration site = configuration.sites().getFirst();
        List<Grade> grades = new ArrayList<>();
        try (Store store = store()) {
            for (DoctorCheck check : S3Checks.trials(configuration, parts, site, store.bucket("media"))) {
                grades.add(check.run().grade());
            }
        }
        return grades;
    }

    private JsonNode policy(String part, String... more) throws IOException {
        return policyOf("", part, more);
    }

    /// @param last lines of the configuration, from `[site.backup]` on
    private JsonNode policyOf(String last, String part, String... more) throws IOException {
        Path file = Files.writeString(folder.resolve("aloft.toml"), """
                [s3]
                provider = "other"
                endpoint = "http://127.0.0.1:9"

                [[site]]
                name = "example"
                bucket = "media"
                prefix = "shop"
                socket = "/run/aloft/example.sock"
                [site.backup]
                bucket = "backups"
                %s
                """.formatted(last));
        List<String> words = new ArrayList<>(List.of("iam", "--part", part, "--config", file.toString()));
        words.addAll(List.of(more));
        return JsonMapper.shared().readTree(CommandRun.done(words.toArray(String[]::new)));
    }
}
