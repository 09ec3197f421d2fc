package dev.aloft.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StoreResourcesTest {

    private static final byte[] BODY = new byte[1 << 20];

    private final StoreResources resources = StoreResources.unused();

    @Test
    void bucketsHaveOneLimitOfBodiesTogether() {
        List<BodyCache> buckets = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            buckets.add(resources.in("bucket-" + i).bodies());
        }
        int most = (int) (BodyCache.MAX_BYTES / BODY.length);

        for (int i = 0; i < most; i++) {
            for (BodyCache each : buckets) {
                each.put(object(i), BODY);
            }
        }

        int held = 0;
        for (int i = 0; i < most; i++) {
            for (BodyCache each : buckets) {
                held += each.get(object(i)).isPresent() ? 1 : 0;
            }
        }
        assertThat(held).isPositive().isLessThanOrEqualTo(most);
    }

    @Test
    void bucketsDoNotHaveEachOthersBodies() {
        resources.in("media").bodies().put(object(1), BODY);

        assertThat(resources.in("other").bodies().get(object(1))).isEmpty();
        assertThat(resources.in("media").bodies().get(object(1))).contains(BODY);
    }

    private static StoredObject object(int number) {
        return new StoredObject(ObjectKey.of("uploads/" + number), BODY.length, "\"e\"", Instant.EPOCH, null, null);
    }
}
