/** Discrete Fourier transforms, as the standard's extension names them. */
export {
  fftFft as fft,
  fftHfft as hfft,
  fftIfft as ifft,
  fftIhfft as ihfft,
  fftIrfft as irfft,
  fftRfft as rfft,
} from '../ops/fourier.ts'
export {
  fftFftfreq as fftfreq,
  fftFftn as fftn,
  fftFftshift as fftshift,
  fftIfftn as ifftn,
  fftIfftshift as ifftshift,
  fftIrfftn as irfftn,
  fftRfftfreq as rfftfreq,
  fftRfftn as rfftn,
} from '../ops/fourier-axes.ts'
