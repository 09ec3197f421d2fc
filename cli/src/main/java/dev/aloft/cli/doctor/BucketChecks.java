package dev.aloft.cli.doctor;

import dev.aloft.cli.console.Failure;
import dev.aloft.store.BucketRules;
import dev.aloft.store.BucketRules.LifecycleRule;
import dev.aloft.store.BucketRules.ObjectLock;
import dev.aloft.store.ObjectVersions;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreException.Kind;
import java.io.IOException;
import java.time.Period;
import java.util.List;
import java.util.Optional;

/// Checks of `aloft doctor` for what the owner of a bucket has set: versioning, lifecycle and Object Lock. Aloft works
/// without the permissions to read them, so a denied request is no fault.
final class BucketChecks {

    private final ObjectVersions versions;
    private final BucketRules rules;
    private final String uploads;

    /// @param uploads prefix of the keys of the site's uploads
    BucketChecks(ObjectVersions versions, BucketRules rules, String uploads) {
        this.versions = versions;
        this.rules = rules;
        this.uploads = uploads;
    }

    List<DoctorCheck> checks() {
        return List.of(
                check("s3 versioning", "s3:GetBucketVersioning", this::versioning),
                check("s3 lifecycle", "s3:GetLifecycleConfiguration", () -> lifecycle(rules.lifecycle(), uploads)),
                check(
                        "s3 object lock",
                        "s3:GetBucketObjectLockConfiguration",
                        () -> objectLock(rules.objectLock().flatMap(ObjectLock::retention))));
    }

    /// One question.
    @FunctionalInterface
    private interface Question {
        DoctorFinding ask() throws IOException;
    }

    private static DoctorCheck check(String name, String permission, Question question) {
        return new DoctorCheck(name, () -> {
            try {
                return question.ask();
            } catch (StoreException e) {
                return e.kind() == Kind.DENIED
                        ? DoctorFinding.ok("not checked: these credentials lack " + permission)
                        : DoctorFinding.warning(String.valueOf(e.getMessage()), "see the s3 checks above");
            }
        });
    }

    private DoctorFinding versioning() throws IOException {
        return DoctorFinding.ok(
                switch (versions.state()) {
                    case ENABLED ->
                        "enabled: deleted and replaced files stay as versions, until a lifecycle rule deletes those";
                    case SUSPENDED -> "suspended: earlier versions stay, new changes are final";
                    case OFF -> "off: deletions and replacements are final";
                });
    }

    static DoctorFinding lifecycle(List<LifecycleRule> rules, String uploads) {
        for (LifecycleRule rule : rules) {
            if (rule.concerns(uploads) && (rule.deletes() || rule.archives())) {
                return DoctorFinding.failed(
                        Failure.Code.STORE,
                        "the lifecycle rule \"" + rule.id() + "\" "
                                + (rule.deletes() ? "deletes uploads" : "archives uploads, which then cannot be read"),
                        "restrict it to a prefix outside of " + uploads);
            }
        }
        boolean aborts = rules.stream().anyMatch(rule -> rule.abortsUploads() && rule.concerns(uploads));
        return DoctorFinding.ok("no rule deletes or archives uploads"
                + (aborts ? "" : "; none aborts unfinished uploads, whose parts cost"));
    }

    static DoctorFinding objectLock(Optional<Period> retention) {
        return DoctorFinding.ok(retention
                .map(period -> "every version stays for "
                        + (period.getYears() == 0 ? period.getDays() + " days" : period.getYears() + " years")
                        + ", also those of deleted files")
                .orElse("no retention of versions"));
    }
}
