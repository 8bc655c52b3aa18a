"""Cases of a folder: images with masks that are taken for right. NIfTI pairs (images/, labels/), or DICOM patient by patient."""

from pathlib import Path

import numpy as np

from grid import to_grid


def read_cases(folder, pixel_mm):
    """Name, image, mask; sorted by name, one patient each. Raises ValueError where a case is not whole."""
    folder = Path(folder)
    read = nifti_cases if (folder / "images").is_dir() else dicom_cases
    for name, image, mask, affine in read(folder):
        if image.shape != mask.shape:
            raise ValueError(f"{name}: image and mask lie on different grids")
        values, inside = to_grid(image, mask, affine, pixel_mm)
        if not inside.any():
            raise ValueError(f"{name}: the mask is empty")
        yield name, values, inside


def nifti_cases(folder):
    import nibabel

    for path in sorted((folder / "images").glob("*.nii*")):
        image = nibabel.load(path)
        label = nibabel.load(folder / "labels" / path.name)
        affine = np.diag([-1, -1, 1, 1]) @ image.affine  # RAS to LPS
        yield path.name.split(".")[0], np.asarray(image.dataobj, np.float32), np.asarray(label.dataobj) > 0, affine


def dicom_cases(folder):
    """One folder per patient: one image series and one SEG of one segment on it, as the service stores accepted ones."""
    import pydicom

    for patient in sorted(p for p in folder.iterdir() if p.is_dir()):
        objects = [pydicom.dcmread(p) for p in sorted(patient.rglob("*.dcm"))]
        segmentations = [o for o in objects if o.Modality == "SEG"]
        slices = [o for o in objects if "PixelData" in o and o.Modality not in ("SEG", "RTSTRUCT", "SR")]
        if len(segmentations) != 1 or len({s.SeriesInstanceUID for s in slices}) != 1:
            raise ValueError(f"{patient.name}: one image series and one SEG are wanted")
        yield patient.name, *on_stack(slices, segmentations[0], patient.name)


def on_stack(slices, segmentation, name):
    row, column = (np.array(slices[0].ImageOrientationPatient[n : n + 3], float) for n in (0, 3))
    normal = np.cross(row, column)
    slices.sort(key=lambda s: float(np.dot(normal, [float(v) for v in s.ImagePositionPatient])))
    at = [np.array(s.ImagePositionPatient, float) for s in slices]
    down, across = (float(v) for v in slices[0].PixelSpacing)
    affine = np.eye(4)
    affine[:3, 0], affine[:3, 1], affine[:3, 3] = row * across, column * down, at[0]
    affine[:3, 2] = (at[-1] - at[0]) / max(1, len(at) - 1)
    image = np.stack([
        s.pixel_array * float(s.get("RescaleSlope", 1)) + float(s.get("RescaleIntercept", 0)) for s in slices
    ])
    return image.transpose(2, 1, 0).astype(np.float32), frames_on(segmentation, at, image.shape, name), affine


def frames_on(segmentation, at, shape, name):
    mask = np.zeros(shape, bool)
    frames = np.atleast_3d(segmentation.pixel_array).reshape(-1, *shape[1:])
    for frame, group in zip(frames, segmentation.PerFrameFunctionalGroupsSequence):
        position = np.array(group.PlanePositionSequence[0].ImagePositionPatient, float)
        away = [float(np.linalg.norm(position - one)) for one in at]
        if min(away) > 0.01:
            raise ValueError(f"{name}: a frame of the SEG lies on no image")
        mask[int(np.argmin(away))] |= frame > 0
    return mask.transpose(2, 1, 0)
