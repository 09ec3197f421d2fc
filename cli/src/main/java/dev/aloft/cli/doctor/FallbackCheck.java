package dev.aloft.cli.doctor;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.cli.configuration.FallbackConfiguration.OtherBucket;
import dev.aloft.cli.configuration.SiteFallback;
import dev.aloft.cli.console.Failure;
import dev.aloft.store.ByteRange;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.Store;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreException.Kind;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Check of `aloft doctor` for the bucket that a site moves away from: it is listed and read, as the agent does, and
/// never written.
///
/// @param store of the site
record FallbackCheck(OtherBucket place, Store store) {

    DoctorCheck check() {
        return new DoctorCheck("s3 fallback", this::run);
    }

    private DoctorFinding run() throws IOException {
        List<Store> others = new ArrayList<>();
        try {
            return read(SiteFallback.open(place, store, others::add));
        } catch (StoreException e) {
            return DoctorFinding.failed(
                    Failure.Code.STORE,
                    String.valueOf(e.getMessage()),
                    e.kind() == Kind.DENIED
                            ? "allow s3:ListBucket and s3:GetObject on the bucket to the credentials of [site.fallback]"
                            : "check endpoint, region, bucket and profile of [site.fallback]");
        } finally {
            others.forEach(Store::close);
        }
    }

    private DoctorFinding read(BucketFolder old) throws IOException {
        Optional<StoredObject> file = old.bucket().list(ListQuery.flat(old.prefix())).objects().stream()
                .filter(object -> object.size() > 0)
                .findFirst();
        if (file.isEmpty()) {
            return DoctorFinding.warning(
                    "there is no file in " + place.shown(), "correct uploads of [site.fallback], or remove the table");
        }
        try (ObjectContent content = old.bucket()
                .get(file.get().key(), ByteRange.of(0, 0), ReadCondition.any())
                .orElseThrow()) {
            content.body().readAllBytes();
        }
        return DoctorFinding.ok("listed and read " + place.shown());
    }
}
