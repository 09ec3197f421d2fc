package dev.aloft.image.worker;

import dev.aloft.image.Recipe;

/// One step from the decoded original to the rendition.
sealed interface Step permits FinalCrop, Colouring, PreCrop, Filtering, Letterboxing, Scaling, AutoRotate {

    Image apply(Image image, Recipe recipe, RenderPlan plan);
}
